#include "app/cutover/steps/Calls.h"
#include "app/cutover/steps/Kinds.h"
#include "app/cutover/steps/Locks.h"
#include "app/cutover/steps/SettingsReader.h"
#include "app/cutover/steps/StepBase.h"

#include <QJsonArray>

#include <algorithm>

namespace switchyard::cutover {

namespace {

/// Writes the settings that the target lacks or has differently. Values never leave memory: the journal gets key names only, and what stood
/// there before is kept for this process.
class CopySettings final : public StepBase {
public:
    using StepBase::StepBase;
    std::vector<Interlock> interlocks() override { return Locks(c, m_spec.id).noFailure().take(); }

    Task<StepPreview> preview(std::stop_token stop) override
    {
        StepPreview p;
        int keys = 0;
        const std::vector<QString> names = services();
        for (const QString& name : names) {
            SY_CO_TRY(const SettingsPair pair, co_await readSettingsPair(c, name, stop));
            SY_CO_ALIVE(stop);
            const auto changes = environment::changesFor(pair.diffs);
            keys += static_cast<int>(changes.size());
            for (const environment::SettingDiff& d : pair.diffs) {
                if (d.proposed && std::any_of(changes.begin(), changes.end(), [&](const SettingChange& ch) { return ch.key == d.key; }))
                    p.changes.push_back(ChangePreview{d.key, name, d.target ? QStringLiteral("hidden") : QStringLiteral("not there"), environment::verdictName(d.verdict)});
            }
            if (!changes.empty())
                p.calls.push_back(settingsCall(callerOf(name), static_cast<int>(changes.size())));
        }
        p.summary = QStringLiteral("Writes %1 at %2, which take effect with the next deploy. Visitors don't notice.").arg(counted(keys, QStringLiteral("setting"), QStringLiteral("settings")), targetTitle());
        p.changesTitle = QStringLiteral("Settings");
        p.changesNote = QStringLiteral("values hidden");
        co_return p;
    }
    Task<ProbeResult> probe(std::stop_token stop) override
    {
        std::size_t left = 0;
        const std::vector<QString> names = services();
        for (const QString& name : names) {
            SY_CO_TRY(const SettingsPair pair, co_await readSettingsPair(c, name, stop));
            SY_CO_ALIVE(stop);
            left += environment::changesFor(pair.diffs).size();
        }
        const Effect effect = left == 0 ? Effect::Done : memory().isEmpty() ? Effect::NotYet : Effect::Partly;
        co_return ProbeResult{effect, QStringLiteral("%1 still to be written.").arg(counted(static_cast<qint64>(left), QStringLiteral("setting is"), QStringLiteral("settings are")))};
    }
    Task<StepOutcome> perform(StepVoice* voice, std::stop_token stop) override
    {
        QJsonObject part = memory();
        int written = 0;
        StepOutcome out;
        const std::vector<QString> names = services();
        for (const QString& name : names) {
            SY_CO_TRY(const SettingsPair pair, co_await readSettingsPair(c, name, stop));
            SY_CO_ALIVE(stop);
            const std::vector<SettingChange> changes = environment::changesFor(pair.diffs);
            if (changes.empty())
                continue;
            QJsonObject mine = part.value(name).toObject();
            QJsonArray added = mine.value(u"added").toArray(), changed = mine.value(u"changed").toArray();
            for (const SettingChange& change : changes) {
                QJsonArray& list = change.expected ? changed : added;
                if (!list.contains(change.key))
                    list.append(change.key);
                if (change.expected)
                    c->scratch(scratchName(name, change.key)) = *change.expected;
            }
            mine.insert(QStringLiteral("added"), added);
            mine.insert(QStringLiteral("changed"), changed);
            part.insert(name, mine);
            SY_CO_CHECK(voice->remember(part));
            SY_CO_TRY(auto provider, c->hosting(pair.target.account));
            const QString key = QStringLiteral("settings/") + name;
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Write %1 of %2").arg(counted(static_cast<qint64>(changes.size()), QStringLiteral("setting"), QStringLiteral("settings")), name)));
            auto settled = co_await provider->writeSettings(pair.target, changes, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, settled, QStringLiteral("Written")));
            written += static_cast<int>(changes.size());
        }
        part.insert(QStringLiteral("at"), isoUtc(now()));
        c->touch(SettingsChanged);
        out.says = written == 0 ? QStringLiteral("The target's settings are as they must be") : QStringLiteral("%1 written at %2").arg(counted(written, QStringLiteral("setting"), QStringLiteral("settings")), targetTitle());
        out.evidence = {evidence(out.says)};
        out.memory = part;
        co_return out;
    }
    Task<std::vector<Evidence>> verify(std::stop_token stop) override
    {
        int same = 0, all = 0;
        const std::vector<QString> names = services();
        for (const QString& name : names) {
            SY_CO_TRY(const SettingsPair pair, co_await readSettingsPair(c, name, stop));
            SY_CO_ALIVE(stop);
            const auto left = environment::changesFor(pair.diffs);
            if (!left.empty())
                co_return Error::invalid(QStringLiteral("%1 of %2 didn't stick.").arg(left.front().key, name), QStringLiteral("The target would start without it."), QStringLiteral("Try the step again."));
            all += static_cast<int>(pair.diffs.size());
            same += static_cast<int>(std::count_if(pair.diffs.begin(), pair.diffs.end(), [](const environment::SettingDiff& d) { return d.verdict == environment::Verdict::Same; }));
        }
        // What the pre-flight found missing is there now.
        for (const char* id : {"ENV-01", "ENV-03", "ENV-09", "ENV-10"})
            c->withdraw(QString::fromLatin1(id));
        const std::vector<Evidence> out{evidence(QStringLiteral("%1 of %2 settings are equal, the others differ as the plan says").arg(same).arg(all))};
        co_return out;
    }
    UndoPreview undoPreview() override
    {
        UndoPreview out;
        int keys = 0;
        for (const QString& name : services()) {
            const QJsonObject mine = memory().value(name).toObject();
            const int n = static_cast<int>(mine.value(u"added").toArray().size() + mine.value(u"changed").toArray().size());
            if (n > 0)
                out.calls.push_back(settingsCall(callerOf(name), n));
            keys += n;
        }
        out.needed = keys > 0;
        out.summary = out.needed ? QStringLiteral("Put %1 back at %2.").arg(counted(keys, QStringLiteral("setting"), QStringLiteral("settings")), targetTitle()) : QStringLiteral("Nothing to put back.");
        out.takes = std::chrono::seconds(2 * out.calls.size());
        return out;
    }
    Task<StepOutcome> undo(StepVoice* voice, std::stop_token stop) override
    {
        StepOutcome out;
        int restored = 0;
        QStringList stay;
        const std::vector<QString> names = services();
        for (const QString& name : names) {
            const QJsonObject mine = memory().value(name).toObject();
            if (mine.isEmpty())
                continue;
            SY_CO_TRY(const SettingsPair pair, co_await readSettingsPair(c, name, stop));
            SY_CO_ALIVE(stop);
            std::vector<SettingChange> changes;
            for (const environment::SettingDiff& d : pair.diffs) {
                if (!d.target)
                    continue;
                if (mine.value(u"added").toArray().contains(d.key)) {
                    // Ours only if nothing more is proposed for it: else somebody has changed it since.
                    if (!environment::changesFor({d}).empty()) {
                        stay << d.key;
                        continue;
                    }
                    changes.push_back(SettingChange{d.key, d.target->value, std::nullopt});
                } else if (mine.value(u"changed").toArray().contains(d.key)) {
                    const Secret& old = c->scratch(scratchName(name, d.key));
                    if (old.isEmpty())
                        stay << d.key;
                    else if (!(old == d.target->value))
                        changes.push_back(SettingChange{d.key, d.target->value, old});
                }
            }
            if (changes.empty())
                continue;
            SY_CO_TRY(auto provider, c->hosting(pair.target.account));
            const QString key = QStringLiteral("settings-back/") + name;
            SY_CO_CHECK(voice->intent(key, QStringLiteral("Put %1 of %2 back").arg(counted(static_cast<qint64>(changes.size()), QStringLiteral("setting"), QStringLiteral("settings")), name)));
            auto settled = co_await provider->writeSettings(pair.target, changes, stop);
            SY_CO_ALIVE(stop);
            SY_CO_CHECK(finish(voice, key, settled, QStringLiteral("Put back")));
            restored += static_cast<int>(changes.size());
        }
        out.says = QStringLiteral("%1 put back").arg(counted(restored, QStringLiteral("setting"), QStringLiteral("settings")));
        out.evidence = {evidence(out.says)};
        if (!stay.isEmpty())
            out.evidence.push_back(evidence(QStringLiteral("Old values are not known after a restart, or were changed since; the target keeps its values for: %1").arg(stay.join(QStringLiteral(", "))), false));
        co_return out;
    }

private:
    static QString scratchName(const QString& service, const QString& key) { return QStringLiteral("settings/%1/%2").arg(service, key); }
    std::vector<QString> services() const
    {
        std::vector<QString> out;
        for (const plan::ServiceMapping& s : env().services) {
            if (!s.source.isEmpty() && !s.target.isEmpty() && (with("service").isEmpty() || with("service") == s.name))
                out.push_back(s.name);
        }
        return out;
    }
    Caller callerOf(const QString& name) const
    {
        const plan::ServiceMapping* s = service(name);
        const ServiceRef ref = s ? s->target : ServiceRef{};
        const Account* a = c->plan().account(ref.account);
        return Caller{a ? a->provider : ref.account, ref};
    }
};

} // namespace

std::unique_ptr<StepAction> makeCopySettings(const plan::StepSpec& spec, RunContext* context) { return std::make_unique<CopySettings>(spec, context); }

} // namespace switchyard::cutover
