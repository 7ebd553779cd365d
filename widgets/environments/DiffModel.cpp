#include "widgets/environments/DiffModel.h"

#include "widgets/parts/States.h"

namespace switchyard::ui {

using cutover::SettingVerdict;

Verdict chipOf(SettingVerdict verdict)
{
    switch (verdict) {
    case SettingVerdict::Differs: return Verdict::Differs;
    case SettingVerdict::Missing: return Verdict::Missing;
    case SettingVerdict::Unknowable: return Verdict::Unknowable;
    case SettingVerdict::HostRewrite: return Verdict::HostRewrite;
    case SettingVerdict::Expected: return Verdict::Expected;
    case SettingVerdict::Extra: return Verdict::Extra;
    case SettingVerdict::Same: break;
    }
    return Verdict::Same;
}

QString shownValue(const cutover::SettingValue& value, bool secret)
{
    if (!value.set)
        return QStringLiteral("not set");
    if (!value.readable)
        return QStringLiteral("can't be read");
    if (secret)
        return QStringLiteral("%1 ch, fp %2").arg(value.length).arg(value.fingerprint);
    return value.text.isEmpty() ? QStringLiteral("empty") : value.text;
}

bool needsDecision(SettingVerdict verdict) { return verdict == SettingVerdict::Differs || verdict == SettingVerdict::Missing || verdict == SettingVerdict::Unknowable; }

void DiffModel::setTitles(const QString& source, const QString& target)
{
    if (source == m_source && target == m_target)
        return;
    m_source = source;
    m_target = target;
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, Columns - 1);
}

QVariant DiffModel::data(const QModelIndex& at, int role) const
{
    const DiffRow* r = row(at);
    if (!r)
        return {};
    const QString verdict = verdictWord(chipOf(r->verdict));
    if (role == Qt::DisplayRole) {
        switch (at.column()) {
        case Key: return r->key;
        case Source: return shownValue(r->source, r->secret);
        case Stand: return verdict;
        case Target: return shownValue(r->target, r->secret);
        default: return QString();
        }
    }
    if (role == Qt::ToolTipRole)
        return at.column() == Stand ? r->explanation : at.column() == Menu ? QStringLiteral("Menu of this row, Shift F10") : data(at, Qt::DisplayRole);
    if (role == Qt::AccessibleTextRole) {
        const auto side = [&](const cutover::SettingValue& v) {
            return r->secret && v.set && v.readable ? QStringLiteral("hidden, %1 characters, fingerprint %2").arg(v.length).arg(v.fingerprint) : shownValue(v, r->secret);
        };
        return at.column() == Key ? QStringLiteral("%1, %2, source %3, target %4. %5").arg(r->key, verdict.toLower(), side(r->source), side(r->target), r->explanation)
            : at.column() == Menu ? QStringLiteral("Menu of %1").arg(r->key)
                                  : data(at, Qt::DisplayRole).toString();
    }
    return {};
}

QVariant DiffModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Key: return QStringLiteral("Key");
    case Source: return QStringLiteral("Source  ") + m_source;
    case Stand: return QStringLiteral("Verdict");
    case Target: return QStringLiteral("Target  ") + m_target;
    default: return QString();
    }
}

DiffFilter::DiffFilter(DiffModel* model, QObject* parent) : QSortFilterProxyModel(parent), m_model(model) { setSourceModel(model); }

void DiffFilter::setWords(const QString& words)
{
    m_words = words.trimmed();
    invalidateFilter();
}

void DiffFilter::setVerdict(std::optional<SettingVerdict> verdict)
{
    m_verdict = verdict;
    invalidateFilter();
}

bool DiffFilter::filterAcceptsRow(int at, const QModelIndex&) const
{
    const DiffRow& row = m_model->rows()[static_cast<std::size_t>(at)];
    if (m_verdict && row.verdict != *m_verdict)
        return false;
    return m_words.isEmpty() || row.key.contains(m_words, Qt::CaseInsensitive) || row.source.text.contains(m_words, Qt::CaseInsensitive) || row.target.text.contains(m_words, Qt::CaseInsensitive);
}

void DiffDelegate::paintCell(QPainter* p, const QRectF& cell, const QRectF& words, const QModelIndex& index) const
{
    const DiffRow* row = m_filter->row(index);
    if (!row)
        return;
    const Theme& t = Theme::instance();
    switch (index.column()) {
    case DiffModel::Key: {
        const int lock = row->secret ? t.scaled(14) + 6 : 0;
        const qreal wide = paint::text(p, words.adjusted(0, 0, -lock, 0), row->key, Style::ValueMedium, Role::Text1, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
        if (row->secret)
            icons::paint(p, QRectF(words.left() + wide + 6, cell.top(), t.scaled(14), cell.height()), QStringLiteral("lock"), ui::color(Role::Text3), t.scaled(14));
        break;
    }
    case DiffModel::Source:
    case DiffModel::Target: {
        const cutover::SettingValue& v = index.column() == DiffModel::Source ? row->source : row->target;
        if (row->secret && v.set && v.readable)
            paint::secret(p, words, v.length, v.fingerprint);
        else
            paint::text(p, words, shownValue(v, row->secret), Style::Value, v.set && v.readable && !v.text.isEmpty() ? Role::Text2 : Role::Text3);
        break;
    }
    case DiffModel::Stand: paint::verdictChip(p, words, chipOf(row->verdict)); break;
    case DiffModel::Menu: icons::paint(p, cell, QStringLiteral("more"), ui::color(Role::Text2), t.scaled(16)); break;
    default: break;
    }
}

} // namespace switchyard::ui
