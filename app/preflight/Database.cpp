#include "app/preflight/Groups.h"

#include <QRegularExpression>

#include <algorithm>

namespace switchyard::preflight {

namespace {

QString D(const char* text) { return QString::fromUtf8(text); }

/// Runs `look` for every database that is copied and gathers what it finds; not applicable when none could be looked at.
template<typename Look>
Verdict each(const Input& in, Look look)
{
    Verdict all = notApplicable();
    for (const DatabaseRead& d : in.databases) {
        if (d.mapping.method != plan::MoveMethod::Copy)
            continue;
        Verdict one = look(d);
        if (one.kind == Verdict::Kind::NotApplicable)
            continue;
        if (all.kind != Verdict::Kind::Found)
            all.kind = one.kind;
        all.findings.insert(all.findings.end(), one.findings.begin(), one.findings.end());
    }
    return all;
}

int major(const QString& version) { return version.section(u'.', 0, 0).toInt(); }

Verdict sourceAnswers(const Input& in)
{
    return each(in, [](const DatabaseRead& d) {
        if (d.source)
            return pass();
        return found({{}, Severity::Failure, D("The source of %1 doesn't answer").arg(d.mapping.name), d.sourceProblem, D("Check its name in the plan and the network path from here."), D("databases"), D("create-schema")});
    });
}

Verdict versions(const Input& in)
{
    return each(in, [](const DatabaseRead& d) {
        if (!d.source || !d.target)
            return notApplicable();
        if (major(d.target->serverVersion) >= major(d.source->serverVersion))
            return pass();
        return found({{}, Severity::Failure, D("The target of %1 is older: %2 after %3").arg(d.mapping.name, d.target->serverVersion, d.source->serverVersion), D("The copy would fail or lose features."), D("Raise the target's version first."),
                      D("databases"), D("create-schema")});
    });
}

Verdict extensions(const Input& in)
{
    return each(in, [](const DatabaseRead& d) {
        if (!d.source || !d.target)
            return notApplicable();
        QStringList lacking;
        for (const ExtensionSummary& e : d.source->extensions) {
            const bool there = std::any_of(d.target->extensions.begin(), d.target->extensions.end(), [&](const ExtensionSummary& t) { return t.name == e.name; });
            // plpgsql is in every database; statistics belong to the server, not to the data.
            if (!there && e.name != u"plpgsql" && e.name != u"pg_stat_statements")
                lacking << e.name;
        }
        if (lacking.isEmpty())
            return pass();
        return found({{}, Severity::Caution, D("%1 isn't installed on the target of %2").arg(lacking.join(D(", ")), d.mapping.name), D("Tables and indexes that use it can't be created."), D("Create the extension at the target, or drop it at the source if nothing uses it."),
                      D("databases"), {}});
    });
}

Verdict targetEmpty(const Input& in)
{
    return each(in, [](const DatabaseRead& d) {
        if (!d.target)
            return notApplicable();
        QStringList filled;
        for (const TableSummary& t : d.target->tables) {
            if (t.rows.value > 0)
                filled << t.name;
        }
        if (filled.isEmpty())
            return pass();
        return found({{}, Severity::Failure, D("The target of %1 holds rows already").arg(d.mapping.name), D("%1 tables are not empty, such as %2: data would be mixed.").arg(filled.size()).arg(filled.front()), D("Use an empty database at the target."),
                      D("databases"), D("create-schema")});
    });
}

Verdict encoding(const Input& in)
{
    return each(in, [](const DatabaseRead& d) {
        if (!d.source || !d.target)
            return notApplicable();
        if (d.source->encoding != d.target->encoding)
            return found({{}, Severity::Failure, D("The encodings of %1 differ: %2 and %3").arg(d.mapping.name, d.source->encoding, d.target->encoding), D("Texts could be refused or changed."), D("Create the target database with %1.").arg(d.source->encoding),
                          D("databases"), D("create-schema")});
        if (d.source->collation != d.target->collation)
            return found({{}, Severity::Caution, D("The collations of %1 differ: %2 and %3").arg(d.mapping.name, d.source->collation, d.target->collation), D("Sorted lists change their order; unique indexes on texts may see duplicates."),
                          D("Create the target database with the same collation, or accept the order."), D("databases"), {}});
        return pass();
    });
}

Verdict keys(const Input& in)
{
    return each(in, [](const DatabaseRead& d) {
        if (!d.source)
            return notApplicable();
        QStringList bare;
        for (const TableSummary& t : d.source->tables) {
            if (t.keyColumns.isEmpty() && !d.mapping.exclude.contains(t.name))
                bare << t.name;
        }
        if (bare.isEmpty())
            return pass();
        return found({{}, Severity::Caution, D("%1 has no key").arg(bare.join(D(", "))), D("Its delta is compared as a whole, which takes longer."), D("Add a primary key, or leave the table out."), D("databases"), {}});
    });
}

Verdict sequences(const Input& in)
{
    return each(in, [](const DatabaseRead& d) {
        if (!d.source)
            return notApplicable();
        QStringList full;
        for (const SequenceSummary& s : d.source->sequences) {
            if (s.lastValue > 1'717'986'918 && s.lastValue < 2'147'483'648)
                full << s.name;
        }
        if (full.isEmpty())
            return pass();
        return found({{}, Severity::Caution, D("%1 is over 80 % of a 32 bit key").arg(full.join(D(", "))), D("It will run out soon after the move, and the move will be blamed."), D("Plan the change to 64 bit; the margin of this move counts too."), D("databases"), {}});
    });
}

Verdict connections(const Input& in)
{
    return each(in, [](const DatabaseRead& d) {
        if (!d.target || d.target->connectionLimit <= 0)
            return notApplicable();
        const int wanted = d.source ? d.source->connections : 0;
        if (d.target->connectionLimit - 5 >= wanted)
            return pass();
        return found({{}, Severity::Caution, D("The target of %1 takes %2 connections, the source has %3 now").arg(d.mapping.name).arg(d.target->connectionLimit).arg(wanted), D("The app would be refused right after writes are opened."),
                      D("Take a larger plan, or shrink the pools."), D("databases"), {}});
    });
}

Verdict reachable(const Input& in)
{
    return each(in, [](const DatabaseRead& d) {
        if (d.target)
            return pass();
        if (d.allowPlanned)
            return found({{}, Severity::Advisory, D("This machine isn't allowed at the target of %1 yet").arg(d.mapping.name), D("The plan enters it, and takes it out at Close."), {}, D("databases"), {}});
        return found({{}, Severity::Failure, D("The target of %1 doesn't answer").arg(d.mapping.name), d.targetProblem, D("Add the step allow-machine, or open the network path."), D("databases"), D("create-schema")});
    });
}

} // namespace

std::vector<Rule> databaseRules()
{
    return {{D("PG-00"), D("The source database answers"), sourceAnswers}, {D("PG-01"), D("Target version"), versions}, {D("PG-02"), D("Extensions"), extensions}, {D("PG-03"), D("Target is empty"), targetEmpty},
            {D("PG-04"), D("Encoding and collation"), encoding},           {D("PG-12"), D("Tables have keys"), keys},   {D("PG-16"), D("Connections"), connections}, {D("PG-18"), D("Network path"), reachable},
            {D("PG-28"), D("Room in sequences"), sequences}};
}

} // namespace switchyard::preflight
