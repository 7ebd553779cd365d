#include "app/plan/StepKinds.h"

namespace switchyard::plan {

namespace {

std::vector<StepKind> makeStepKinds()
{
    const auto s = [](int n) { return Milliseconds(Seconds(n)); };
    const auto list = [](std::initializer_list<const char*> names) {
        QStringList out;
        for (const char* n : names)
            out << QString::fromLatin1(n);
        return out;
    };
    const auto kind = [&](const char* name, std::vector<Phase> phases, const char* title, Milliseconds planned, bool person,
                          std::initializer_list<const char*> parameters, std::initializer_list<const char*> needs) {
        StepKind k;
        k.kind = QString::fromLatin1(name);
        k.phases = std::move(phases);
        k.title = QString::fromLatin1(title);
        k.planned = planned;
        k.person = person;
        k.parameters = list(parameters);
        k.needs = list(needs);
        return k;
    };
    using P = Phase;
    return {
        kind("preflight", {P::Prepare}, "Check tokens and run the pre-flight rules", s(20), false, {}, {}),
        kind("save-zone", {P::Prepare}, "Save the zone", s(5), false, {}, {}),
        kind("record-baseline", {P::Prepare}, "Record the smoke baseline", s(30), false, {}, {}),
        kind("copy-settings", {P::Prepare}, "Copy settings", s(15), true, {"service"}, {"preflight"}),
        kind("lower-ttls", {P::Prepare}, "Lower the TTLs", s(10), true, {"group"}, {"save-zone"}),
        kind("add-domains", {P::Prepare}, "Add the custom domains", s(15), false, {"group"}, {}),
        kind("allow-machine", {P::Prepare}, "Allow this machine at the database", s(10), false, {"database", "address"}, {}),
        kind("deploy-target", {P::Prepare, P::Switch}, "Deploy the target and check its health", s(120), false, {"service", "health-path"}, {}),
        kind("hold-target", {P::Prepare, P::PreSeed}, "Hold the target read-only", s(5), false, {"database"}, {}),
        kind("wait-ttl", {P::Prepare, P::PreSeed, P::Freeze}, "Wait until the old TTL has run out", s(300), false, {"group"}, {"lower-ttls"}),
        kind("create-schema", {P::PreSeed}, "Create the schema", s(10), false, {"database"}, {}),
        kind("copy-tables", {P::PreSeed}, "Copy the tables", s(60), false, {"database"}, {"create-schema"}),
        kind("compare-counts", {P::PreSeed}, "Compare the row counts", s(10), false, {"database"}, {"copy-tables"}),
        kind("stop-schedulers", {P::Freeze}, "Stop the schedulers", s(10), false, {}, {}),
        kind("maintenance-on", {P::Freeze}, "Turn maintenance on", s(20), true, {}, {}),
        kind("drain-queue", {P::Freeze}, "Drain the queue and stop the workers", s(45), false, {"queue"}, {}),
        kind("prove-quiet", {P::Freeze}, "Prove that nobody writes", s(15), false, {"database", "window"}, {"maintenance-on"}),
        kind("apply-delta", {P::Delta}, "Apply the delta", s(15), false, {"database"}, {"copy-tables", "prove-quiet"}),
        kind("set-sequences", {P::Delta}, "Set the sequences", s(5), false, {"database"}, {"copy-tables"}),
        kind("compare-checksums", {P::Delta}, "Compare checksums", s(30), false, {"database"}, {"apply-delta"}),
        kind("go-no-go", {P::PreSeed, P::Freeze, P::Delta, P::Switch}, "Go / no-go poll", s(30), true, {"group"}, {}),
        kind("switch-names", {P::Switch}, "Switch the names", s(20), true, {"group"}, {"save-zone"}),
        kind("wait-names", {P::Switch, P::Verify}, "Wait for the names to answer", s(90), false, {"group"}, {"switch-names"}),
        kind("open-writes", {P::Switch}, "Open writes", s(10), true, {"database"}, {"compare-checksums"}),
        kind("start-workers", {P::Switch, P::Verify}, "Start the workers", s(20), false, {}, {"open-writes"}),
        kind("wait-certificates", {P::Switch, P::Verify}, "Wait for the certificates", s(60), false, {"group"}, {"switch-names"}),
        kind("smoke-auto", {P::Switch, P::Verify}, "Run the automatic smoke checks", s(60), false, {}, {}),
        kind("smoke-manual", {P::Switch, P::Verify}, "Do the manual smoke checks", s(300), true, {}, {}),
        kind("watch-errors", {P::Verify}, "Watch for errors", s(120), false, {"window"}, {}),
        kind("restore-ttls", {P::Close}, "Restore the TTLs", s(10), false, {}, {"lower-ttls"}),
        kind("remove-allow", {P::Close}, "Take this machine off the allow list", s(10), false, {"database"}, {"allow-machine"}),
        kind("stop-source", {P::Close}, "Stop the source, and keep it", s(20), true, {}, {"open-writes"}),
        kind("follow-ups", {P::Close}, "Write the follow-ups", s(10), false, {}, {}),
        kind("seal-report", {P::Close}, "Seal the report", s(5), false, {}, {}),
        kind("manual", {P::Prepare, P::PreSeed, P::Freeze, P::Delta, P::Switch, P::Verify, P::Close}, "Do by hand", s(60), true,
             {"instructions"}, {}),
    };
}

std::vector<SmokeSpec> makeSmokeChecks()
{
    const auto check = [](const char* id, const char* title, const char* section) {
        SmokeSpec s;
        s.id = QString::fromLatin1(id);
        s.title = QString::fromLatin1(title);
        s.section = QString::fromLatin1(section);
        return s;
    };
    return {
        check("sign-up", "Sign up", "Account"),
        check("confirm-mail", "Confirm the e-mail address", "Account"),
        check("log-in", "Log in", "Account"),
        check("onboarding", "Onboarding with a new workspace", "Workspace"),
        check("csrf", "CSRF token is asked for, from www and the apex", "Security"),
        check("cors", "CORS preflight from the site's origins", "Security"),
        check("websocket", "A change is seen in three windows", "Real time"),
        check("log-out-in", "Log out and in again", "Account"),
        check("upload", "Upload a picture", "Media and jobs"),
        check("websocket-again", "A change is seen again after the upload", "Real time"),
        check("headers", "Security headers", "Security"),
    };
}

} // namespace

const std::vector<StepKind>& stepKinds()
{
    static const std::vector<StepKind> kinds = makeStepKinds();
    return kinds;
}

const StepKind* stepKind(const QString& kind)
{
    for (const StepKind& k : stepKinds()) {
        if (k.kind == kind)
            return &k;
    }
    return nullptr;
}

const std::vector<SmokeSpec>& automaticSmokeChecks()
{
    static const std::vector<SmokeSpec> checks = makeSmokeChecks();
    return checks;
}

} // namespace switchyard::plan
