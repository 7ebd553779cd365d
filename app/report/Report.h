#pragma once

#include "app/cutover/RunState.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace switchyard::report {

/// How deep the report goes. Client: result, timeline, follow-ups. Team adds checklist and smoke. Audit adds every call and confirmation.
enum class Audience { Client, Team, Audit };

struct Figure {
    QString label;
    QString value;
    QString note;
    bool good = true;
};

/// One bar of the timeline.
struct Span {
    TimePoint from{};
    TimePoint to{};
    QString label;
    cutover::HostState state = cutover::HostState::Unknown; ///< for host strips
};
struct Strip {
    QString name;
    QString shortName;      ///< what stands beside the strip: "www", the whole name for the apex
    std::vector<Span> spans;
    QString downtime;       ///< "12:41"
};

struct Timeline {
    TimePoint from{};
    TimePoint to{};
    std::vector<Span> planned;  ///< phases
    std::vector<Span> actual;
    std::vector<Strip> hosts;
    std::optional<TimePoint> pointOfNoReturn;
};

/// What is left to do once the run is over, and what of it is done.
struct FollowUp {
    QString text;
    QString when;           ///< "done", "open", "later"
    bool done = false;
};

/// What goes into an exported document beside its headline.
struct Contents {
    bool summary = true;    ///< figures, timeline, events
    bool checklist = true;
    bool settings = true;
    bool tables = true;
    bool smoke = true;
};

struct Table {
    QString title;
    QStringList columns;
    std::vector<QStringList> rows;
};

/// The one document that the page paints and every writer writes. Holds no secret: it is built from RunState, which holds none.
struct Document {
    QString plan;
    bool rehearsal = true;
    bool complete = false;
    bool rolledBack = false;
    bool empty = false;     ///< nothing has run yet
    QString headline;       ///< one sentence of result
    QString byline;
    std::vector<Figure> figures;
    std::optional<cutover::NameAnswers> names;
    std::optional<LedgerSummary> ledger; ///< rehearsals: visitors' acknowledged writes, and how many the target lacks
    Timeline timeline;
    std::vector<cutover::EventView> events;
    Table checklist;
    Table smoke;
    Table tables;           ///< databases, row counts, verdicts
    Table settings;         ///< names of keys that were changed, values hidden
    Table calls;            ///< Audit only
    Table lent;             ///< temporary changes and their end
    Table log;              ///< only when asked for
    std::vector<FollowUp> followUps;
    QStringList nextTime;
    QString seal;
    int evidence = 0;
};

/// Builds the document of a run as it stands now: a draft until the run is sealed.
[[nodiscard]] Document buildReport(const cutover::RunState& state, Audience audience);

/// The document without what `contents` leaves out.
[[nodiscard]] Document select(Document document, const Contents& contents);
/// Headline, byline and figures as plain text, for a mail. Secrets are redacted.
[[nodiscard]] QString summaryText(const Document& document);

[[nodiscard]] QByteArray writeMarkdown(const Document& document);
[[nodiscard]] QByteArray writeJson(const Document& document);
/// One self-contained file on the light theme, with the timeline as inline SVG.
[[nodiscard]] QByteArray writeHtml(const Document& document);

} // namespace switchyard::report
