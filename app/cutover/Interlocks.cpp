#include "app/cutover/Interlocks.h"

#include "app/cutover/Clocks.h"

#include <set>

namespace switchyard::cutover {

Clearance readInterlocks(StepView& step, const StepTrack& track, const std::vector<Interlock>& interlocks, TimePoint now)
{
    Clearance out;
    std::vector<InterlockView> views;
    views.reserve(interlocks.size());
    for (const Interlock& lock : interlocks) {
        InterlockView view{lock.id, lock.label, lock.page, {}, {}, {}};
        if (lock.read)
            view.reading = aged(lock.read(), lock.maxAge, now);
        const WaiverGiven* waiver = track.waiver(lock.id, now);
        if (waiver) {
            view.waivedBy = QStringLiteral("%1: %2").arg(waiver->by, waiver->reason);
            view.waivedUntil = clockUtc(waiver->until);
        }
        const InterlockState state = view.reading.state;
        if (state == InterlockState::Caution && waiver) {
            out.waived = true;
        } else if (state != InterlockState::Closed) {
            if (out.go) {
                out.reason = !view.reading.blockedBy.isEmpty()     ? view.reading.blockedBy
                             : state == InterlockState::Caution    ? QStringLiteral("%1: %2. Waive it, or wait").arg(lock.label, view.reading.value)
                             : state == InterlockState::Unknown    ? QStringLiteral("%1: not known").arg(lock.label)
                             : view.reading.value.isEmpty()        ? QStringLiteral("Blocked by: %1").arg(lock.label)
                                                                   : QStringLiteral("Blocked by: %1, %2").arg(lock.label, view.reading.value);
            }
            out.go = false;
        }
        views.push_back(std::move(view));
    }
    step.interlocks = std::move(views);
    return out;
}

PollCount countPoll(const std::vector<PollStation>& poll, bool team)
{
    PollCount out;
    out.all = static_cast<int>(poll.size());
    std::set<QString> names;
    for (const PollStation& station : poll) {
        if (station.answer == PollAnswer::NoGo && !out.noGo) {
            out.noGo = true;
            out.text = QStringLiteral("No-go from %1 (%2)").arg(station.station, station.by);
        }
        if (station.answer == PollAnswer::Go || station.answer == PollAnswer::GoWaived) {
            ++out.go;
            names.insert(station.by.trimmed().toCaseFolded());
        }
    }
    if (out.noGo)
        return out;
    if (out.go < out.all) {
        out.text = QStringLiteral("Go / no-go: %1 of %2 stations answered").arg(out.go).arg(out.all);
        return out;
    }
    if (team && out.all > 0 && names.size() < 2) {
        out.text = QStringLiteral("Go / no-go needs answers of at least two people");
        return out;
    }
    out.complete = true;
    return out;
}

StationEvidence evidenceFor(const QString& station, const std::vector<InterlockView>& interlocks)
{
    static const std::map<QString, QStringList> pages{
        {QStringLiteral("Data"), {QStringLiteral("databases")}},
        {QStringLiteral("Apps"), {QStringLiteral("overview"), QStringLiteral("environments"), QStringLiteral("smoke"), QStringLiteral("logs")}},
        {QStringLiteral("DNS"), {QStringLiteral("dns")}},
        {QStringLiteral("TLS"), {QStringLiteral("dns")}}};
    const auto wanted = pages.find(station);
    const auto belongs = [&](const InterlockView& lock) {
        if (wanted == pages.end() || !wanted->second.contains(lock.page))
            return false;
        const bool certificate = lock.label.contains(QStringLiteral("certificate"), Qt::CaseInsensitive) || lock.label.contains(QStringLiteral("TLS"));
        return lock.page != u"dns" || (station == u"TLS") == certificate;
    };
    const auto collect = [&](auto&& take) {
        StationEvidence out;
        out.good = true;
        QStringList parts;
        for (const InterlockView& lock : interlocks) {
            if (!take(lock))
                continue;
            const bool waived = lock.reading.state == InterlockState::Caution && !lock.waivedBy.isEmpty();
            out.waived = out.waived || waived;
            out.good = out.good && (waived || lock.reading.state == InterlockState::Closed);
            parts << (lock.reading.value.isEmpty() ? lock.label : QStringLiteral("%1: %2").arg(lock.label, lock.reading.value));
        }
        out.text = parts.join(QStringLiteral("; "));
        return out;
    };
    StationEvidence own = collect(belongs);
    if (!own.text.isEmpty())
        return own;
    return collect([](const InterlockView&) { return true; });
}

} // namespace switchyard::cutover
