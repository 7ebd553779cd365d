#include "app/plan/YamlTree.h"

#include <QStringDecoder>

#include <QByteArrayList>
#include <QStringList>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sstream>

namespace switchyard::plan {

namespace {

constexpr qsizetype kMaxBytes = 1 << 20;
constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxValues = 100'000;

/// Thrown by our own handler to leave the parser; never leaves this file.
struct Refused {
    PlanProblem problem;
};

class TreeBuilder final : public YAML::EventHandler {
public:
    explicit TreeBuilder(QString file) : m_file(std::move(file)) {}

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        refuseAnchor(mark, anchor);
        YamlValue v = at(mark);
        add(std::move(v));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
    {
        refuse(mark, QStringLiteral("The file refers to another place in it with \"*\"."), QStringLiteral("Plans are read line by line by people, so nothing in them may stand for something elsewhere."),
               QStringLiteral("Write the value out here."));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override
    {
        refuseAnchor(mark, anchor);
        refuseTag(mark, tag);
        YamlValue v = at(mark);
        v.kind = YamlValue::Kind::Text;
        v.text = QString::fromStdString(value);
        v.quoted = tag == "!";
        if (!v.quoted && (v.text == u'~' || v.text == QLatin1String("null")))
            v.kind = YamlValue::Kind::Null;
        add(std::move(v));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        open(mark, tag, anchor, YamlValue::Kind::List);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        open(mark, tag, anchor, YamlValue::Kind::Map);
    }
    void OnMapEnd() override { close(); }

    std::optional<YamlValue> root;

private:
    struct Frame {
        YamlValue value;
        std::optional<YamlValue> key;
    };

    [[noreturn]] void refuse(const YAML::Mark& mark, const QString& what, const QString& means, const QString& instead) const
    {
        throw Refused{PlanProblem{m_file, mark.line + 1, mark.column + 1, what, means, instead}};
    }
    void refuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) const
    {
        if (anchor)
            refuse(mark, QStringLiteral("The file names a value with \"&\" to repeat it elsewhere."),
                   QStringLiteral("Plans are read line by line by people, so nothing in them may stand for something elsewhere."),
                   QStringLiteral("Remove the name and write the value out where it is needed."));
    }
    void refuseTag(const YAML::Mark& mark, const std::string& tag) const
    {
        if (!tag.empty() && tag != "?" && tag != "!")
            refuse(mark, QStringLiteral("The value carries a YAML type mark (\"!...\")."), QStringLiteral("A plan knows only text, lists and maps."),
                   QStringLiteral("Remove the type mark."));
    }
    YamlValue at(const YAML::Mark& mark)
    {
        if (++m_values > kMaxValues)
            refuse(mark, QStringLiteral("The file has more than 100,000 values."), QStringLiteral("That is no plan that a person could read."),
                   QStringLiteral("Choose the right file."));
        YamlValue v;
        v.line = mark.line + 1;
        v.column = mark.column + 1;
        return v;
    }
    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlValue::Kind kind)
    {
        refuseAnchor(mark, anchor);
        refuseTag(mark, tag);
        if (m_frames.size() >= kMaxDepth)
            refuse(mark, QStringLiteral("The file is nested more than 32 levels deep here."), QStringLiteral("No part of a plan is that deep."),
                   QStringLiteral("Check the indentation above this line."));
        YamlValue v = at(mark);
        v.kind = kind;
        m_frames.push_back(Frame{std::move(v), std::nullopt});
    }
    void close()
    {
        YamlValue done = std::move(m_frames.back().value);
        m_frames.pop_back();
        add(std::move(done));
    }
    void add(YamlValue value)
    {
        if (m_frames.empty()) {
            root = std::move(value);
            return;
        }
        Frame& top = m_frames.back();
        if (top.value.kind == YamlValue::Kind::List) {
            top.value.list.push_back(std::move(value));
        } else if (!top.key) {
            top.key = std::move(value);
        } else {
            top.value.map.emplace_back(std::move(*top.key), std::move(value));
            top.key.reset();
        }
    }

    QString m_file;
    std::vector<Frame> m_frames;
    std::size_t m_values = 0;
};

/// Place of the first byte that isn't valid UTF-8 or is a control character; nothing when all is well.
std::optional<std::pair<int, int>> badByte(const QByteArray& bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringConverter::Flag::Stateless);
    int line = 1, column = 1;
    for (const QByteArray& one : bytes.split('\n')) {
        const QString text = decoder(one);
        column = 1;
        for (const QChar c : text) {
            const bool control = c.unicode() < 0x20 && c != u'\t' && c != u'\r';
            if (control || c == QChar::ReplacementCharacter || c.unicode() == 0x7f)
                return std::make_pair(line, column);
            ++column;
        }
        ++line;
    }
    return std::nullopt;
}

} // namespace

const YamlValue* YamlValue::find(const QString& key) const
{
    for (const auto& [k, v] : map) {
        if (k.text == key)
            return &v;
    }
    return nullptr;
}

QString PlanProblem::text() const
{
    QStringList parts;
    for (const QString& p : {what, means, instead}) {
        if (!p.isEmpty())
            parts << p;
    }
    const QString place = line > 0 ? QStringLiteral("%1:%2:%3: ").arg(file).arg(line).arg(column) : file + QStringLiteral(": ");
    return place + parts.join(u' ');
}

std::optional<YamlValue> parseYaml(const QByteArray& bytes, const QString& file, std::vector<PlanProblem>& problems)
{
    const auto refuse = [&](int line, int column, const QString& what, const QString& means, const QString& instead) {
        problems.push_back(PlanProblem{file, line, column, what, means, instead});
        return std::nullopt;
    };
    if (bytes.size() > kMaxBytes)
        return refuse(0, 0, QStringLiteral("The file is larger than 1 MiB."), QStringLiteral("That is no plan that a person could read."), QStringLiteral("Choose the right file."));
    if (const auto bad = badByte(bytes))
        return refuse(bad->first, bad->second, QStringLiteral("The file holds a byte that isn't text here."), QStringLiteral("Plans are UTF-8 text without control characters."),
                      QStringLiteral("Save the file as UTF-8, or choose the right file."));
    TreeBuilder builder(file);
    try {
        std::istringstream stream(bytes.toStdString());
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder) || !builder.root)
            return refuse(1, 1, QStringLiteral("The file is empty."), QStringLiteral("There is nothing to move."), QStringLiteral("Start with \"switchyard: 1\"."));
        std::optional<YamlValue> first = std::move(builder.root);
        builder.root.reset();
        if (parser.HandleNextDocument(builder) && builder.root)
            return refuse(builder.root->line, builder.root->column, QStringLiteral("A second document starts here."), QStringLiteral("A file holds one plan."),
                          QStringLiteral("Remove the line \"---\", or move the second plan to a file of its own."));
        return first;
    } catch (const Refused& r) {
        problems.push_back(r.problem);
    } catch (const YAML::Exception& e) {
        QString why = QString::fromStdString(e.msg);
        if (!why.isEmpty())
            why[0] = why[0].toUpper();
        // The parser's own words may quote the file: only its fixed sentences are shown, never text from the line.
        const qsizetype colon = why.indexOf(u':');
        if (colon > 0)
            why.truncate(colon);
        return refuse(std::max(1, e.mark.line + 1), std::max(1, e.mark.column + 1), QStringLiteral("The line can't be read as YAML: %1.").arg(why),
                      QStringLiteral("Nothing of the plan was opened."), QStringLiteral("Check the indentation, quotes, brackets and colons of this line and the one above."));
    } catch (const std::exception&) {
        return refuse(1, 1, QStringLiteral("The file can't be read as YAML."), QStringLiteral("Nothing of the plan was opened."), QStringLiteral("Compare it with the template."));
    }
    return std::nullopt;
}

} // namespace switchyard::plan
