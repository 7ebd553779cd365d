#include "app/plan/PlanCursor.h"

#include "app/plan/PlanReader.h"
#include "app/plan/SecretShapes.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace switchyard::plan {

namespace {

constexpr std::size_t kMostProblems = 200;

bool isKnownKey(const QString& text)
{
    const auto& table = planKeys();
    return std::any_of(table.begin(), table.end(), [&](const auto& entry) { return entry.second.contains(text); });
}

QString kindWord(YamlValue::Kind kind)
{
    switch (kind) {
    case YamlValue::Kind::Null: return QStringLiteral("nothing");
    case YamlValue::Kind::Text: return QStringLiteral("a text");
    case YamlValue::Kind::Map: return QStringLiteral("a map");
    case YamlValue::Kind::List: return QStringLiteral("a list");
    }
    return {};
}

} // namespace

QString PlanCursor::shown(const QString& value) const
{
    if (!secretShape(value).isEmpty())
        return QStringLiteral("[hidden]");
    return value.size() > 40 ? value.left(40) + QChar(0x2026) : value;
}

void PlanCursor::problem(const YamlValue& at, const QString& what, const QString& means, const QString& instead)
{
    if (m_problems.size() < kMostProblems)
        m_problems.push_back(PlanProblem{m_file, at.line, at.column, what, means, instead});
}

void PlanCursor::duplicates(const YamlValue& value)
{
    QSet<QString> seen;
    for (const auto& [key, unused] : value.map) {
        if (seen.contains(key.text))
            problem(key, QStringLiteral("The key \"%1\" stands here a second time.").arg(shown(key.text)), QStringLiteral("Only one of the two could count, and nobody would see which."),
                    QStringLiteral("Remove one of them."));
        seen.insert(key.text);
    }
}

bool PlanCursor::map(const YamlValue& value, const QString& subject, const QString& path)
{
    if (value.kind != YamlValue::Kind::Map) {
        problem(value, QStringLiteral("%1 is %2 where a map is needed.").arg(subject, kindWord(value.kind)), QStringLiteral("Its keys can't be read."),
                QStringLiteral("Write its keys on the lines below, indented by two spaces."));
        return false;
    }
    duplicates(value);
    const QStringList& known = planKeys().at(path);
    for (const auto& [key, unused] : value.map) {
        if (key.kind != YamlValue::Kind::Text || !known.contains(key.text))
            unknown(key, known, subject);
    }
    return true;
}

void PlanCursor::unknown(const YamlValue& key, const QStringList& known, const QString& subject)
{
    if (namesSecret(key.text))
        return; // refuseSecrets() has said the better sentence
    const QString near = nearestName(key.text, known);
    QStringList sorted = known;
    sorted.sort();
    problem(key, key.kind == YamlValue::Kind::Text ? QStringLiteral("%1 knows no key \"%2\".").arg(subject, shown(key.text)) : QStringLiteral("A key isn't a text here."),
            QStringLiteral("What it was meant to say would be ignored."),
            !near.isEmpty()     ? QStringLiteral("Write \"%1\".").arg(near)
            : known.isEmpty() ? QStringLiteral("Remove it.")
                              : QStringLiteral("Use one of: %1.").arg(sorted.join(QStringLiteral(", "))));
}

void PlanCursor::missing(const YamlValue& map, const char* key, const QString& means)
{
    // A misspelt key has its own problem, which names this one.
    for (const auto& [k, unused] : map.map) {
        if (!isKnownKey(k.text) && !nearestName(k.text, {QString::fromLatin1(key)}).isEmpty())
            return;
    }
    problem(map, QStringLiteral("\"%1\" is missing.").arg(QString::fromLatin1(key)), means, QStringLiteral("Add a line \"%1:\".").arg(QString::fromLatin1(key)));
}

const YamlValue* PlanCursor::child(const YamlValue& parent, const char* key, YamlValue::Kind kind, const char* path)
{
    const QString name = QString::fromLatin1(key);
    const YamlValue* v = parent.find(name);
    if (!v || v->kind == YamlValue::Kind::Null)
        return nullptr;
    if (v->kind != kind) {
        problem(*v, QStringLiteral("\"%1\" is %2 where %3 is needed.").arg(name, kindWord(v->kind), kindWord(kind)), QStringLiteral("It can't be read."),
                kind == YamlValue::Kind::List ? QStringLiteral("Write one entry a line, each beginning with \"- \".") : QStringLiteral("Write its keys on the lines below, indented by two spaces."));
        return nullptr;
    }
    if (path && QLatin1String(path) == u'*')
        duplicates(*v);
    else if (path)
        map(*v, u'"' + name + u'"', QString::fromLatin1(path));
    else if (kind == YamlValue::Kind::Map)
        duplicates(*v);
    return v;
}

const YamlValue* PlanCursor::required(const YamlValue& parent, const char* key, YamlValue::Kind kind, const char* path)
{
    const YamlValue* v = parent.find(QString::fromLatin1(key));
    if (!v || v->kind == YamlValue::Kind::Null) {
        if (v)
            missing(*v, key, QStringLiteral("A plan can't do without it."));
        else
            missing(parent, key, QStringLiteral("A plan can't do without it."));
        return nullptr;
    }
    return child(parent, key, kind, path);
}

QString PlanCursor::scalar(const YamlValue& value, const QString& subject)
{
    if (value.kind == YamlValue::Kind::Text)
        return value.text;
    problem(value, QStringLiteral("%1 is %2 where a text is needed.").arg(subject, kindWord(value.kind)), QStringLiteral("It can't be read."), QStringLiteral("Write one text on this line."));
    return {};
}

QString PlanCursor::text(const YamlValue& parent, const char* key, bool needed)
{
    const YamlValue* v = parent.find(QString::fromLatin1(key));
    if (!v) {
        if (needed)
            missing(parent, key, QStringLiteral("This part can't be used without it."));
        return {};
    }
    const QString value = v->kind == YamlValue::Kind::Null && !needed ? QString() : scalar(*v, u'"' + QString::fromLatin1(key) + u'"');
    if (needed && v->kind == YamlValue::Kind::Text && value.trimmed().isEmpty())
        problem(*v, QStringLiteral("\"%1\" is empty.").arg(QString::fromLatin1(key)), QStringLiteral("This part can't be used without it."), QStringLiteral("Write a value."));
    return value;
}

QStringList PlanCursor::texts(const YamlValue& parent, const char* key)
{
    QStringList out;
    if (const YamlValue* list = child(parent, key, YamlValue::Kind::List, nullptr)) {
        for (const YamlValue& item : list->list)
            out << scalar(item, QStringLiteral("An entry of \"%1\"").arg(QString::fromLatin1(key)));
    }
    return out;
}

bool PlanCursor::boolean(const YamlValue& parent, const char* key, bool fallback)
{
    const YamlValue* v = parent.find(QString::fromLatin1(key));
    if (!v || v->kind == YamlValue::Kind::Null)
        return fallback;
    if (v->kind == YamlValue::Kind::Text && v->text == QLatin1String("true"))
        return true;
    if (v->kind == YamlValue::Kind::Text && v->text == QLatin1String("false"))
        return false;
    problem(*v, QStringLiteral("\"%1\" is neither true nor false.").arg(QString::fromLatin1(key)), QStringLiteral("It can't be told what is meant."), QStringLiteral("Write true or false."));
    return fallback;
}

std::optional<qint64> PlanCursor::number(const YamlValue& parent, const char* key, qint64 least, qint64 most)
{
    const YamlValue* v = parent.find(QString::fromLatin1(key));
    if (!v || v->kind == YamlValue::Kind::Null)
        return std::nullopt;
    bool ok = false;
    const qint64 n = v->text.toLongLong(&ok);
    if (v->kind == YamlValue::Kind::Text && ok && n >= least && n <= most)
        return n;
    problem(*v, QStringLiteral("\"%1\" isn't a whole number from %2 to %3.").arg(QString::fromLatin1(key), grouped(least), grouped(most)), QStringLiteral("It can't be used."),
            QStringLiteral("Write digits only."));
    return std::nullopt;
}

std::optional<Milliseconds> PlanCursor::duration(const YamlValue& parent, const char* key)
{
    const YamlValue* v = parent.find(QString::fromLatin1(key));
    if (!v || v->kind == YamlValue::Kind::Null)
        return std::nullopt;
    if (v->kind == YamlValue::Kind::Text) {
        if (const auto d = durationFromText(v->text))
            return d;
    }
    problem(*v, QStringLiteral("\"%1\" isn't a time with a unit.").arg(QString::fromLatin1(key)), QStringLiteral("15 could be seconds or minutes."),
            QStringLiteral("Write it as 15 min, 60 s or 1 h 30 min."));
    return std::nullopt;
}

QString PlanCursor::oneOf(const YamlValue& parent, const char* key, bool needed, const QStringList& known, Qt::CaseSensitivity cs)
{
    const QString value = text(parent, key, needed);
    if (value.isEmpty() || known.contains(value, cs))
        return value;
    const QString near = nearestName(value, known);
    problem(*parent.find(QString::fromLatin1(key)), QStringLiteral("\"%1\" isn't a known value of \"%2\".").arg(shown(value), QString::fromLatin1(key)),
            QStringLiteral("The program wouldn't know what to do with it."),
            near.isEmpty() ? QStringLiteral("Use one of: %1.").arg(known.join(QStringLiteral(", "))) : QStringLiteral("Write \"%1\".").arg(near));
    return {};
}

void PlanCursor::name(const YamlValue& at, const QString& value, const QString& subject)
{
    static const QRegularExpression good(QStringLiteral("^[a-z0-9][a-z0-9._-]{0,62}$"));
    if (good.match(value).hasMatch())
        return;
    QString better = value.toLower().left(62);
    static const QRegularExpression other(QStringLiteral("[^a-z0-9._-]+"));
    better.replace(other, QStringLiteral("-"));
    while (better.startsWith(u'-') || better.startsWith(u'.'))
        better.remove(0, 1);
    problem(at, QStringLiteral("%1 is \"%2\".").arg(subject, shown(value)), QStringLiteral("Names are typed by hand and part of ids: lower case letters, digits, \"-\", \"_\" and \".\" only."),
            better.isEmpty() || !secretShape(value).isEmpty() ? QStringLiteral("Write a short name.") : QStringLiteral("Write \"%1\".").arg(better));
}

void PlanCursor::refuseSecrets(const YamlValue& value)
{
    if (value.kind == YamlValue::Kind::Text) {
        const QString shape = secretShape(value.text);
        if (!shape.isEmpty())
            problem(value, QStringLiteral("The value looks like %1.").arg(shape), QStringLiteral("A plan is kept in git and shown to others, where a secret must never be."),
                    QStringLiteral("Keep it in the system keyring and write the entry's name under \"keyring\"; make this one invalid."));
    }
    for (const YamlValue& item : value.list)
        refuseSecrets(item);
    for (const auto& [key, item] : value.map) {
        if (namesSecret(key.text) && item.kind == YamlValue::Kind::Text)
            problem(key, QStringLiteral("The key \"%1\" asks for a secret.").arg(shown(key.text)), QStringLiteral("A plan is kept in git and shown to others, where a secret must never be."),
                    QStringLiteral("Write \"keyring:\" with the name of a keyring entry instead."));
        refuseSecrets(key);
        refuseSecrets(item);
    }
}

} // namespace switchyard::plan
