#include "app/base/Redactor.h"
#include "app/report/Report.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace switchyard::report {

using cutover::HostState;

namespace {

QString hostStateWord(HostState state)
{
    switch (state) {
    case HostState::Unknown: return QStringLiteral("unknown");
    case HostState::Source: return QStringLiteral("source");
    case HostState::Maintenance: return QStringLiteral("maintenance");
    case HostState::Failed: return QStringLiteral("failed");
    case HostState::Target: return QStringLiteral("target");
    }
    return {};
}

/// Colours of the light theme; the report is always on it.
QString hostStateColour(HostState state)
{
    switch (state) {
    case HostState::Source: return QStringLiteral("#7B2FB5");
    case HostState::Maintenance: return QStringLiteral("#B87A00");
    case HostState::Failed: return QStringLiteral("#BD2A2A");
    case HostState::Target: return QStringLiteral("#0A6A7C");
    case HostState::Unknown: break;
    }
    return QStringLiteral("#B7C0C8");
}

QByteArray finish(const QString& text) { return Redactor::instance().redact(text).toUtf8(); }

/// Redacted before it is escaped: an escaped secret would no longer be known. Then nothing in it is Markdown or HTML.
QString cell(const QString& text)
{
    QString out;
    for (const QChar c : Redactor::instance().redact(text)) {
        if (c == u'<')
            out += QStringLiteral("&lt;");
        else if (c == u'\n')
            out += u' ';
        else if (c == u'|' || c == u'\\' || c == u'*' || c == u'`')
            out += QString(u'\\') + c;
        else
            out += c;
    }
    return out;
}

void markdownTable(QString& out, const Table& table)
{
    if (table.rows.empty())
        return;
    out += QStringLiteral("\n## %1\n\n| %2 |\n|%3\n").arg(table.title, table.columns.join(QStringLiteral(" | ")), QStringLiteral(" --- |").repeated(table.columns.size()));
    for (const QStringList& row : table.rows) {
        QStringList cells;
        for (const QString& c : row)
            cells << cell(c);
        out += QStringLiteral("| %1 |\n").arg(cells.join(QStringLiteral(" | ")));
    }
}

QString esc(const QString& text) { return Redactor::instance().redact(text).toHtmlEscaped(); }

void htmlTable(QString& out, const Table& table)
{
    if (table.rows.empty())
        return;
    out += QStringLiteral("<h2>%1</h2><table><tr>").arg(esc(table.title));
    for (const QString& c : table.columns)
        out += QStringLiteral("<th>%1</th>").arg(esc(c));
    out += QStringLiteral("</tr>");
    for (const QStringList& row : table.rows) {
        out += QStringLiteral("<tr>");
        for (const QString& c : row)
            out += QStringLiteral("<td>%1</td>").arg(esc(c));
        out += QStringLiteral("</tr>");
    }
    out += QStringLiteral("</table>");
}

QString timelineSvg(const Timeline& t)
{
    constexpr double left = 170, width = 720, row = 26;
    const double span = static_cast<double>((t.to - t.from).count());
    const auto x = [&](TimePoint p) { return left + width * std::clamp(static_cast<double>((p - t.from).count()) / span, 0.0, 1.0); };
    const double height = row * (2 + static_cast<double>(t.hosts.size())) + 24;
    QString out = QStringLiteral("<svg viewBox=\"0 0 900 %1\" role=\"img\" aria-label=\"Timeline\">").arg(height);
    double y = 4;
    const auto bars = [&](const QString& name, const std::vector<Span>& spans, bool host, const QString& note) {
        out += QStringLiteral("<text x=\"0\" y=\"%1\">%2</text>").arg(y + 14).arg(esc(name));
        for (const Span& s : spans) {
            const double w = std::max(1.0, x(s.to) - x(s.from) - 1);
            out += QStringLiteral("<rect x=\"%1\" y=\"%2\" width=\"%3\" height=\"18\" rx=\"2\" fill=\"%4\"><title>%5 %6 to %7</title></rect>")
                       .arg(x(s.from)).arg(y).arg(w)
                       .arg(host ? hostStateColour(s.state) : QStringLiteral("#AEB8C2"), esc(host ? hostStateWord(s.state) : s.label), clockUtc(s.from), clockUtc(s.to));
            if (!host && w > 60)
                out += QStringLiteral("<text x=\"%1\" y=\"%2\">%3</text>").arg(x(s.from) + 4).arg(y + 13).arg(esc(s.label));
        }
        if (!note.isEmpty())
            out += QStringLiteral("<text x=\"%1\" y=\"%2\" text-anchor=\"end\" fill=\"#FFFFFF\">%3</text>").arg(left + width - 6).arg(y + 13).arg(esc(note));
        y += row;
    };
    bars(QStringLiteral("Planned"), t.planned, false, {});
    bars(QStringLiteral("Actual"), t.actual, false, {});
    for (const Strip& host : t.hosts)
        bars(host.shortName, host.spans, true, host.downtime);
    if (t.pointOfNoReturn) {
        const double px = x(*t.pointOfNoReturn);
        out += QStringLiteral("<line x1=\"%1\" y1=\"0\" x2=\"%1\" y2=\"%2\" stroke=\"#A81B6E\" stroke-width=\"2\"/>").arg(px).arg(y);
    }
    out += QStringLiteral("<text x=\"%1\" y=\"%2\">%3</text><text x=\"%4\" y=\"%2\" text-anchor=\"end\">%5 UTC</text></svg>")
               .arg(left).arg(y + 12).arg(clockUtc(t.from)).arg(left + width).arg(clockUtc(t.to));
    return out;
}

QJsonObject jsonTable(const Table& table)
{
    QJsonArray rows;
    for (const QStringList& row : table.rows)
        rows.append(QJsonArray::fromStringList(row));
    return {{QStringLiteral("columns"), QJsonArray::fromStringList(table.columns)}, {QStringLiteral("rows"), rows}};
}

} // namespace

QByteArray writeMarkdown(const Document& d)
{
    QString out = QStringLiteral("# %1\n\n%2\n\n").arg(cell(d.headline), cell(d.byline));
    for (const Figure& f : d.figures)
        out += QStringLiteral("- **%1**: %2 (%3)\n").arg(cell(f.label), cell(f.value), cell(f.note));
    if (!d.events.empty())
        out += QStringLiteral("\n## What happened\n\n");
    for (const cutover::EventView& e : d.events)
        out += QStringLiteral("- %1 %2 (%3%4)\n").arg(clockUtc(e.at), cell(e.text), cell(e.by), e.evidence.isEmpty() ? QString() : QStringLiteral(", ") + cell(e.evidence));
    for (const Strip& s : d.timeline.hosts)
        out += QStringLiteral("%1- %2: %3 of downtime\n").arg(&s == &d.timeline.hosts.front() ? QStringLiteral("\n## Downtime\n\n") : QString(), cell(s.name), s.downtime);
    for (const Table* table : {&d.checklist, &d.smoke, &d.tables, &d.settings, &d.lent, &d.calls, &d.log})
        markdownTable(out, *table);
    if (!d.followUps.empty())
        out += QStringLiteral("\n## Follow-ups\n\n");
    for (const FollowUp& f : d.followUps)
        out += QStringLiteral("- [%1] %2 (%3)\n").arg(f.done ? u'x' : u' ').arg(cell(f.text), cell(f.when));
    if (!d.nextTime.isEmpty())
        out += QStringLiteral("\n## What to change next time\n\n");
    for (const QString& line : d.nextTime)
        out += QStringLiteral("- %1\n").arg(cell(line));
    if (!d.seal.isEmpty())
        out += QStringLiteral("\nSeal, SHA-256 over %1 pieces of evidence: `%2`\n").arg(d.evidence).arg(d.seal);
    return finish(out);
}

QByteArray writeJson(const Document& d)
{
    QJsonArray figures;
    for (const Figure& f : d.figures)
        figures.append(QJsonObject{{QStringLiteral("label"), f.label}, {QStringLiteral("value"), f.value}, {QStringLiteral("note"), f.note}, {QStringLiteral("good"), f.good}});
    QJsonArray events;
    for (const cutover::EventView& e : d.events)
        events.append(QJsonObject{{QStringLiteral("at"), isoUtc(e.at)}, {QStringLiteral("text"), e.text}, {QStringLiteral("by"), e.by}, {QStringLiteral("evidence"), e.evidence},
                                  {QStringLiteral("good"), e.good}, {QStringLiteral("pointOfNoReturn"), e.pointOfNoReturn}});
    QJsonArray hosts;
    for (const Strip& s : d.timeline.hosts) {
        QJsonArray spans;
        for (const Span& span : s.spans)
            spans.append(QJsonObject{{QStringLiteral("from"), isoUtc(span.from)}, {QStringLiteral("to"), isoUtc(span.to)}, {QStringLiteral("state"), hostStateWord(span.state)}});
        hosts.append(QJsonObject{{QStringLiteral("host"), s.name}, {QStringLiteral("downtime"), s.downtime}, {QStringLiteral("spans"), spans}});
    }
    QJsonArray followUps;
    for (const FollowUp& f : d.followUps)
        followUps.append(QJsonObject{{QStringLiteral("text"), f.text}, {QStringLiteral("when"), f.when}, {QStringLiteral("done"), f.done}});
    QJsonObject root{{QStringLiteral("switchyardReport"), 1}, {QStringLiteral("plan"), d.plan}, {QStringLiteral("rehearsal"), d.rehearsal},
                           {QStringLiteral("complete"), d.complete}, {QStringLiteral("rolledBack"), d.rolledBack}, {QStringLiteral("headline"), d.headline},
                           {QStringLiteral("byline"), d.byline}, {QStringLiteral("figures"), figures}, {QStringLiteral("events"), events}, {QStringLiteral("hosts"), hosts},
                           {QStringLiteral("from"), isoUtc(d.timeline.from)}, {QStringLiteral("to"), isoUtc(d.timeline.to)},
                           {QStringLiteral("checklist"), jsonTable(d.checklist)}, {QStringLiteral("smoke"), jsonTable(d.smoke)}, {QStringLiteral("tables"), jsonTable(d.tables)},
                           {QStringLiteral("lent"), jsonTable(d.lent)}, {QStringLiteral("calls"), jsonTable(d.calls)},
                           {QStringLiteral("settings"), jsonTable(d.settings)},
                           {QStringLiteral("followUps"), followUps}, {QStringLiteral("nextTime"), QJsonArray::fromStringList(d.nextTime)},
                           {QStringLiteral("seal"), d.seal}, {QStringLiteral("evidence"), d.evidence}};
    if (d.names)
        root.insert(QStringLiteral("names"), QJsonObject{{QStringLiteral("answers"), d.names->answers}, {QStringLiteral("onTarget"), d.names->onTarget}});
    if (d.ledger)
        root.insert(QStringLiteral("visitorWrites"), QJsonObject{{QStringLiteral("acknowledged"), d.ledger->acknowledged}, {QStringLiteral("missing"), d.ledger->missing}});
    return finish(QString::fromUtf8(QJsonDocument(root).toJson(QJsonDocument::Indented)));
}

QByteArray writeHtml(const Document& d)
{
    QString out = QStringLiteral(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>%1</title><style>"
        "body{font:14px/20px Inter,system-ui,sans-serif;color:#14191E;background:#FFFFFF;max-width:960px;margin:32px auto;padding:0 24px}"
        "h1{font-size:22px;line-height:28px}h2{font-size:15px;margin-top:32px}.by,.note{color:#596470}"
        ".figures{display:flex;border:1px solid #D0D6DC;border-radius:6px}.figures div{flex:1;padding:12px 16px;border-left:1px solid #E4E8EB}"
        ".figures div:first-child{border:0}.figures b{font:500 22px/28px 'JetBrains Mono',monospace;display:block}"
        "table{border-collapse:collapse;width:100%%}th,td{text-align:left;padding:4px 8px;border-bottom:1px solid #E4E8EB;vertical-align:top}"
        "th{color:#596470;font-weight:500}svg{width:100%%;font:11px Inter,sans-serif}code{font:12px 'JetBrains Mono',monospace;word-break:break-all}</style>"
        "<h1>%1</h1><p class=\"by\">%2</p><div class=\"figures\">").arg(esc(d.headline), esc(d.byline)).replace(QStringLiteral("%%"), QStringLiteral("%"));
    for (const Figure& f : d.figures)
        out += QStringLiteral("<div>%1<b>%2</b><span class=\"note\">%3</span></div>").arg(esc(f.label), esc(f.value), esc(f.note));
    out += QStringLiteral("</div>");
    if (d.timeline.to > d.timeline.from)
        out += QStringLiteral("<h2>Timeline</h2>") + timelineSvg(d.timeline);
    if (!d.events.empty()) {
        out += QStringLiteral("<h2>What happened</h2><table>");
        for (const cutover::EventView& e : d.events)
            out += QStringLiteral("<tr><td><code>%1</code></td><td>%2</td><td>%3</td><td>%4</td></tr>").arg(clockUtc(e.at), esc(e.text), esc(e.by), esc(e.evidence));
        out += QStringLiteral("</table>");
    }
    for (const Table* table : {&d.checklist, &d.smoke, &d.tables, &d.settings, &d.lent, &d.calls, &d.log})
        htmlTable(out, *table);
    const auto list = [&out](const QString& title, const QStringList& lines) {
        if (lines.isEmpty())
            return;
        out += QStringLiteral("<h2>%1</h2><ul>").arg(title);
        for (const QString& line : lines)
            out += QStringLiteral("<li>%1</li>").arg(esc(line));
        out += QStringLiteral("</ul>");
    };
    QStringList open;
    for (const FollowUp& f : d.followUps)
        open << QStringLiteral("%1 (%2)").arg(f.text, f.when);
    list(QStringLiteral("Follow-ups"), open);
    list(QStringLiteral("What to change next time"), d.nextTime);
    if (!d.seal.isEmpty())
        out += QStringLiteral("<p class=\"note\">Seal, SHA-256 over %1 pieces of evidence: <code>%2</code></p>").arg(d.evidence).arg(d.seal);
    return finish(out + QStringLiteral("</html>\n"));
}

} // namespace switchyard::report
