#include "widgets/dns/RecordsModel.h"

#include "app/dns/Planning.h"

#include <algorithm>
#include <map>

namespace switchyard::ui {

using namespace cutover;

namespace {

struct StandLook {
    const char* word;
    const char* icon;
    Role tone;
};
StandLook lookOf(RecordStand stand)
{
    switch (stand) {
    case RecordStand::AsPlanned: return {"As planned", "tick", Role::Ok};
    case RecordStand::NotAsPlanned: return {"Not as planned", "failure", Role::Danger};
    case RecordStand::Planned: return {"Will change", "clock", Role::Text2};
    case RecordStand::TtlLowered: return {"TTL lowered", "verdict-expected", Role::Text3};
    case RecordStand::NotInPlan: return {"Not in plan", "caution", Role::Warn};
    case RecordStand::Unchanged: break;
    }
    return {"Unchanged", "verdict-same", Role::Text3};
}

QString shown(const RecordSet& set)
{
    QStringList values = set.values;
    for (QString& value : values) {
        if (value.endsWith(u'.') && set.type != QLatin1String("TXT"))
            value.chop(1);
    }
    return values.join(QStringLiteral(", "));
}

int rank(const RecordRow& row)
{
    switch (row.stand) {
    case RecordStand::NotAsPlanned: return 0;
    case RecordStand::AsPlanned:
    case RecordStand::Planned: return 1;
    case RecordStand::Unchanged:
    case RecordStand::TtlLowered: return 2;
    case RecordStand::NotInPlan: break;
    }
    return 3;
}

} // namespace

QString recordStandWord(RecordStand stand) { return QString::fromLatin1(lookOf(stand).word); }

std::vector<RecordRow> recordRows(const RunState& state)
{
    const Zone* before = state.zoneBefore ? &*state.zoneBefore : nullptr;
    const Zone* now = state.zoneNow ? &*state.zoneNow : nullptr;
    const Zone* any = before ? before : now;
    std::vector<RecordRow> rows;
    if (!any)
        return rows;
    struct Sets {
        const RecordSet* before = nullptr;
        const RecordSet* now = nullptr;
        const RecordSet* planned = nullptr;
        bool inPlan = false;
        std::size_t order = 0;
    };
    std::map<std::pair<QString, QString>, Sets> all;
    if (before) {
        for (const RecordSet& set : before->records)
            all[{set.name, set.type}].before = &set;
    }
    if (now) {
        for (const RecordSet& set : now->records)
            all[{set.name, set.type}].now = &set;
    }
    std::size_t order = 0;
    for (const RecordChange& change : state.plannedRecords) {
        ++order;
        if (change.expected) {
            Sets& s = all[{change.name, change.expected->type}];
            s.inPlan = true;
            s.order = order;
        }
        if (change.planned) {
            Sets& s = all[{change.name, change.planned->type}];
            s.inPlan = true;
            s.planned = &*change.planned;
            s.order = order;
        }
    }
    std::vector<std::pair<std::size_t, RecordRow>> sorted;
    for (const auto& [key, s] : all) {
        RecordRow row;
        row.fullName = key.first;
        row.name = dns::relative(key.first, any->name);
        row.type = key.second;
        row.before = s.before ? shown(*s.before) : QString();
        const bool unchanged = s.before && s.now && s.before->values == s.now->values;
        if (s.inPlan) {
            row.planned = s.planned ? shown(*s.planned) : QStringLiteral("removed");
            const bool there = s.planned ? s.now && s.now->values == s.planned->values : !s.now;
            row.stand = there && (now || s.planned) ? RecordStand::AsPlanned : state.switchedAt ? RecordStand::NotAsPlanned : RecordStand::Planned;
        } else if (s.before) {
            row.planned = row.before;
            row.stand = !now || unchanged ? RecordStand::Unchanged : RecordStand::NotInPlan;
            if (unchanged && s.before->ttl != s.now->ttl)
                row.stand = RecordStand::TtlLowered;
        } else {
            row.stand = RecordStand::NotInPlan;
        }
        row.observed = !now ? QStringLiteral("not read") : !s.now ? QStringLiteral("none") : unchanged && !s.inPlan ? QStringLiteral("same") : shown(*s.now);
        if (s.before)
            row.ttl = QStringLiteral("TTL before: %1 s.").arg(dns::effectiveTtl(*s.before).count());
        if (s.now)
            row.ttl += QStringLiteral(" TTL now: %1 s.").arg(dns::effectiveTtl(*s.now).count());
        sorted.emplace_back(s.order, std::move(row));
    }
    const auto depth = [&](const RecordRow& row) { return row.name == QLatin1String("@") ? 0 : 1; };
    std::stable_sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) {
        return std::tuple(rank(a.second), a.first, depth(a.second), a.second.name) < std::tuple(rank(b.second), b.first, depth(b.second), b.second.name);
    });
    rows.reserve(sorted.size());
    for (auto& each : sorted)
        rows.push_back(std::move(each.second));
    return rows;
}

QVariant RecordsModel::data(const QModelIndex& at, int role) const
{
    const RecordRow* r = row(at);
    if (!r)
        return {};
    if (role == Qt::DisplayRole) {
        switch (at.column()) {
        case Name: return r->name;
        case Type: return r->type;
        case Before: return r->before;
        case Planned: return r->planned;
        case Observed: return r->observed;
        case Stand: return recordStandWord(r->stand);
        default: return {};
        }
    }
    if (role == Qt::ToolTipRole)
        return QStringLiteral("%1 %2\nBefore: %3\nPlanned: %4\nObserved: %5\n%6").arg(r->fullName, r->type, r->before, r->planned, r->observed, r->ttl);
    if (role == Qt::AccessibleTextRole) {
        const auto said = [](const QString& text) { return text.isEmpty() ? QStringLiteral("none") : text; };
        return at.column() == Name ? QStringLiteral("%1 %2, before %3, planned %4, observed %5, %6").arg(r->fullName, r->type, said(r->before), said(r->planned), said(r->observed), recordStandWord(r->stand).toLower())
                                   : said(data(at, Qt::DisplayRole).toString());
    }
    return {};
}

QVariant RecordsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const char* const names[] = {"Name", "Type", "Before", "Planned", "Observed", "Verdict"};
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns)
        return {};
    if (role == Qt::DisplayRole)
        return QString::fromLatin1(names[section]);
    if (role == RowTable::HeaderTone && (section == Before || section == Planned))
        return static_cast<int>(section == Before ? Role::Source : Role::Target);
    return {};
}

void RecordDelegate::paintCell(QPainter* p, const QRectF&, const QRectF& words, const QModelIndex& index) const
{
    const RecordRow* row = m_model->row(index);
    if (!row)
        return;
    const bool quiet = row->stand == RecordStand::Unchanged || row->stand == RecordStand::TtlLowered;
    const QString text = index.data().toString();
    switch (index.column()) {
    case RecordsModel::Name: paint::text(p, words, text, Style::ValueMedium, Role::Text1); break;
    case RecordsModel::Type: paint::text(p, words, text, Style::Value, Role::Text3); break;
    case RecordsModel::Before: paint::text(p, words, text.isEmpty() ? QStringLiteral("none") : text, Style::Value, text.isEmpty() ? Role::Text3 : quiet ? Role::Text2 : Role::Source); break;
    case RecordsModel::Planned: paint::text(p, words, text.isEmpty() ? QStringLiteral("nothing") : text, Style::Value, text.isEmpty() ? Role::Text3 : quiet ? Role::Text2 : Role::Target); break;
    case RecordsModel::Observed: {
        // The end of a name tells the providers apart.
        const bool host = row->type == QLatin1String("CNAME");
        paint::text(p, words, text, Style::Value, quiet ? Role::Text2 : Role::Text1, Qt::AlignLeft | Qt::AlignVCenter, host ? Qt::ElideLeft : Qt::ElideRight);
        break;
    }
    case RecordsModel::Stand: {
        const StandLook look = lookOf(row->stand);
        const int size = Theme::instance().scaled(14);
        icons::paint(p, QRectF(words.left(), words.top(), size, words.height()), QString::fromLatin1(look.icon), ui::color(look.tone), size);
        paint::text(p, words.adjusted(size + 6, 0, 0, 0), text, Style::Small, look.tone);
        break;
    }
    default: break;
    }
}

} // namespace switchyard::ui
