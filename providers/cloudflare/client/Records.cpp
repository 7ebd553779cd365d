#include "providers/cloudflare/client/Records.h"

#include "providers/http/Problems.h"

#include <QRegularExpression>

#include <algorithm>
#include <map>

namespace switchyard::cloudflare {

namespace {

QString absolute(QString name)
{
    name = name.toLower();
    return name.endsWith(u'.') ? name : name + u'.';
}

QString relative(QString name)
{
    while (name.endsWith(u'.'))
        name.chop(1);
    return name;
}

bool pointsToName(const QString& type) { return type == u"CNAME" || type == u"NS" || type == u"PTR"; }
bool canBeProxied(const QString& type) { return type == u"A" || type == u"AAAA" || type == u"CNAME"; }

/// The fields that carry the value: `content`, `priority` or `data`.
Result<QJsonObject> valueFields(const QString& type, const QString& value)
{
    QJsonObject out;
    const QStringList words = value.split(u' ', Qt::SkipEmptyParts);
    const auto bad = [&] {
        return Error::invalid(QStringLiteral("\"%1\" isn't a value of a %2 record.").arg(value, type), QStringLiteral("Nothing was written."),
                              QStringLiteral("Correct the value in the plan."));
    };
    if (type == u"MX") {
        if (words.size() != 2)
            return bad();
        out.insert(QStringLiteral("priority"), words[0].toInt());
        out.insert(QStringLiteral("content"), relative(words[1]));
    } else if (type == u"SRV") {
        if (words.size() != 4)
            return bad();
        QJsonObject data;
        data.insert(QStringLiteral("priority"), words[0].toInt());
        data.insert(QStringLiteral("weight"), words[1].toInt());
        data.insert(QStringLiteral("port"), words[2].toInt());
        data.insert(QStringLiteral("target"), relative(words[3]));
        out.insert(QStringLiteral("data"), data);
    } else if (type == u"CAA") {
        if (words.size() < 3)
            return bad();
        QJsonObject data;
        data.insert(QStringLiteral("flags"), words[0].toInt());
        data.insert(QStringLiteral("tag"), words[1]);
        data.insert(QStringLiteral("value"), decodedText(value.section(u' ', 2)));
        out.insert(QStringLiteral("data"), data);
    } else {
        out.insert(QStringLiteral("content"), pointsToName(type) ? relative(value) : value);
    }
    return out;
}

Result<QJsonObject> wholeRecord(const RecordSet& set, const QString& value)
{
    SY_TRY(QJsonObject out, valueFields(set.type, value));
    out.insert(QStringLiteral("type"), set.type);
    out.insert(QStringLiteral("name"), relative(set.name));
    out.insert(QStringLiteral("ttl"), static_cast<qint64>(set.proxied ? 1 : set.ttl.count()));
    if (canBeProxied(set.type))
        out.insert(QStringLiteral("proxied"), set.proxied);
    return out;
}

const RecordSet* findSet(const std::vector<RecordSet>& sets, const QString& name, const QString& type)
{
    const auto it = std::find_if(sets.begin(), sets.end(), [&](const RecordSet& s) { return s.name == name && s.type == type; });
    return it == sets.end() ? nullptr : &*it;
}

QString shown(const RecordSet* set)
{
    if (!set)
        return QStringLiteral("absent");
    return QStringLiteral("%1 %2 (TTL %3%4)")
        .arg(set->type, set->values.join(QStringLiteral(", ")), set->ttl.count() == 1 ? QStringLiteral("automatic") : QString::number(set->ttl.count()),
             set->proxied ? QStringLiteral(", proxied") : QString());
}

bool shows(const std::vector<RecordSet>& sets, const RecordChange& change)
{
    const QString name = absolute(change.name);
    if (change.planned) {
        const RecordSet* found = findSet(sets, name, change.planned->type);
        if (!found || !(normalised(*found) == normalised(*change.planned)))
            return false;
        return !change.expected || change.expected->type == change.planned->type || !findSet(sets, name, change.expected->type);
    }
    return !change.expected || !findSet(sets, name, change.expected->type);
}

} // namespace

QString decodedText(const QString& content)
{
    const QString text = content.trimmed();
    if (!text.startsWith(u'"'))
        return content;
    QString out;
    bool inside = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (c == u'"') {
            inside = !inside;
        } else if (c == u'\\' && inside && i + 1 < text.size()) {
            bool isNumber = false;
            const int code = text.mid(i + 1, 3).toInt(&isNumber);
            if (isNumber && i + 3 < text.size() && code < 256) {
                out += QChar(code);
                i += 3;
            } else {
                out += text[++i];
            }
        } else if (inside) {
            out += c;
        }
    }
    return out;
}

Record recordFrom(const http::Json& json)
{
    Record out;
    out.id = json.text("id");
    out.name = absolute(json.text("name"));
    out.type = json.text("type");
    out.ttl = json.integerOr("ttl", 1);
    out.proxied = json.flagOr("proxied", false);
    out.readOnly = json.optionalObject("meta").flagOr("read_only", false);
    const QString content = json.textOr("content");
    const http::Json data = json.optionalObject("data");
    if (out.type == u"TXT") {
        out.value = decodedText(content);
    } else if (out.type == u"MX") {
        out.value = QStringLiteral("%1 %2").arg(json.integerOr("priority", 0)).arg(absolute(content));
    } else if (out.type == u"SRV" && data.has("target")) {
        out.value = QStringLiteral("%1 %2 %3 %4").arg(data.integerOr("priority", json.integerOr("priority", 0))).arg(data.integerOr("weight", 0))
                        .arg(data.integerOr("port", 0)).arg(absolute(data.text("target")));
    } else if (out.type == u"CAA" && data.has("tag")) {
        out.value = QStringLiteral("%1 %2 \"%3\"").arg(data.integerOr("flags", 0)).arg(data.text("tag"), data.textOr("value"));
    } else {
        out.value = pointsToName(out.type) ? absolute(content) : content;
    }
    return out;
}

std::vector<RecordSet> setsOf(const std::vector<Record>& records)
{
    std::map<std::pair<QString, QString>, RecordSet> sets;
    for (const Record& record : records) {
        RecordSet& set = sets[{record.name, record.type}];
        const bool first = set.values.isEmpty();
        set.name = record.name;
        set.type = record.type;
        set.ttl = first ? Seconds(record.ttl) : std::min(set.ttl, Seconds(record.ttl));
        set.proxied = set.proxied || record.proxied;
        set.values << record.value;
    }
    std::vector<RecordSet> out;
    for (auto& [key, set] : sets) {
        set.values.sort();
        out.push_back(std::move(set));
    }
    return out;
}

RecordSet normalised(RecordSet set)
{
    set.name = absolute(set.name);
    for (QString& value : set.values) {
        if (pointsToName(set.type) || set.type == u"MX" || set.type == u"SRV")
            value = absolute(value);
        else if (set.type == u"TXT")
            value = decodedText(value);
        else if (set.type == u"AAAA")
            value = value.toLower();
    }
    set.values.sort();
    // Proxied records answer with an automatic TTL whatever is written.
    if (set.proxied)
        set.ttl = Seconds(1);
    return set;
}

QJsonObject Batch::body() const
{
    QJsonObject out;
    if (!deletes.isEmpty())
        out.insert(QStringLiteral("deletes"), deletes);
    if (!patches.isEmpty())
        out.insert(QStringLiteral("patches"), patches);
    if (!posts.isEmpty())
        out.insert(QStringLiteral("posts"), posts);
    return out;
}

Result<Batch> batchFor(const std::vector<Record>& records, const std::vector<RecordChange>& changes)
{
    Batch out;
    for (const RecordChange& change : changes) {
        const QString name = absolute(change.name);
        const QString oldType = change.expected ? change.expected->type : change.planned ? change.planned->type : QString();
        std::vector<Record> there;
        for (const Record& record : records) {
            const bool swapped = change.planned && record.type == change.planned->type;
            if (record.name == name && (record.type == oldType || swapped))
                there.push_back(record);
        }
        for (const Record& record : there) {
            if (record.readOnly) {
                return Error::invalid(QStringLiteral("%1 %2 is kept by one of Cloudflare's products and can't be changed here.").arg(record.name, record.type),
                                      QStringLiteral("Nothing was written."), QStringLiteral("Remove it in the product that made it (Workers, Tunnel, Email Routing)."));
            }
        }
        QStringList missing;
        if (change.planned) {
            const RecordSet planned = normalised(*change.planned);
            const qint64 ttl = planned.proxied ? 1 : planned.ttl.count();
            for (const QString& value : planned.values) {
                const auto same = std::find_if(there.begin(), there.end(), [&](const Record& r) { return r.type == planned.type && (r.value == value || normalised({r.name, r.type, {}, {r.value}, false}).values.front() == value); });
                if (same == there.end()) {
                    missing << value;
                    continue;
                }
                if (same->ttl != ttl || same->proxied != planned.proxied) {
                    QJsonObject patch{{QStringLiteral("id"), same->id}, {QStringLiteral("ttl"), ttl}};
                    if (canBeProxied(planned.type))
                        patch.insert(QStringLiteral("proxied"), planned.proxied);
                    out.patches.append(patch);
                }
                there.erase(same);
            }
            for (const QString& value : missing) {
                SY_TRY(QJsonObject record, wholeRecord(planned, value));
                const auto reusable = std::find_if(there.begin(), there.end(), [&](const Record& r) { return r.type == planned.type; });
                if (reusable == there.end()) {
                    out.posts.append(record);
                    continue;
                }
                record.insert(QStringLiteral("id"), reusable->id);
                out.patches.append(record);
                there.erase(reusable);
            }
        }
        for (const Record& record : there)
            out.deletes.append(QJsonObject{{QStringLiteral("id"), record.id}});
    }
    return out;
}

Result<> checkExpected(const std::vector<RecordSet>& sets, const std::vector<RecordChange>& changes)
{
    for (const RecordChange& change : changes) {
        const QString name = absolute(change.name);
        const QString type = change.expected ? change.expected->type : change.planned ? change.planned->type : QString();
        const RecordSet* found = findSet(sets, name, type);
        const bool asExpected = change.expected ? found && normalised(*found) == normalised(*change.expected) : found == nullptr;
        if (!asExpected)
            return http::changedMeanwhile(QStringLiteral("Cloudflare"), name, shown(change.expected ? &*change.expected : nullptr), shown(found));
        // A type swap must not run over records of the new type that nobody spoke of.
        if (change.expected && change.planned && change.expected->type != change.planned->type) {
            if (const RecordSet* other = findSet(sets, name, change.planned->type))
                return http::changedMeanwhile(QStringLiteral("Cloudflare"), name, shown(nullptr), shown(other));
        }
    }
    return Ok{};
}

bool allShow(const std::vector<RecordSet>& sets, const std::vector<RecordChange>& changes)
{
    return std::all_of(changes.begin(), changes.end(), [&](const RecordChange& change) { return shows(sets, change); });
}

} // namespace switchyard::cloudflare
