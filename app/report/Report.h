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
    QString headline;       ///< one sentence of result
    QString byline;
    std::vector<Figure> figures;
    Timeline timeline;
    std::vector<cutover::EventView> events;
    Table checklist;
    Table smoke;
    Table tables;           ///< databases, row counts, verdicts
    Table settings;         ///< names of keys that were changed, values hidden
    Table calls;            ///< Audit only
    Table lent;             ///< temporary changes and their end
    QStringList followUps;
    QStringList nextTime;
    QString seal;
    int evidence = 0;
};

/// Builds the document of a run as it stands now: a draft until the run is sealed.
[[nodiscard]] Document buildReport(const cutover::RunState& state, Audience audience);

[[nodiscard]] QByteArray writeMarkdown(const Document& document);
[[nodiscard]] QByteArray writeJson(const Document& document);
/// One self-contained file on the light theme, with the timeline as inline SVG.
[[nodiscard]] QByteArray writeHtml(const Document& document);

} // namespace switchyard::report
