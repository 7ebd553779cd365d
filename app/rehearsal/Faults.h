#pragma once

#include "app/base/Result.h"

#include <QString>
#include <QStringList>

#include <array>
#include <optional>

namespace switchyard::rehearsal {

/// Which part of the world does it.
enum class FaultPart { Certificates, Provider, Deploys, Database, Dns, Logs };

/// One thing that can go wrong in a rehearsal. Texts are for people.
struct Fault {
    const char* name;         ///< what the command line takes: "slow-certificate"
    const char* title;        ///< one line on Welcome
    const char* explanation;  ///< one sentence: what happens and when
    const char* value;        ///< default of NAME=value; empty when the fault takes none
    const char* unit;         ///< of the value, for the screen
    FaultPart part;
    bool onWelcome;           ///< one of the four that Welcome shows before "More faults..."
};

/// The one table of faults that window, command line, world and tests share.
inline constexpr std::array<Fault, 10> allFaults{{
    {"slow-certificate", "Apex certificate takes 10 min",
     "Render gets the certificate of the apex that many seconds of run time after the name points there; until then visitors see a TLS handshake failure.",
     "600", "s", FaultPart::Certificates, true},
    {"render-429", "Render answers 429 during the copy",
     "Every other call to Render's API is refused with 429 and a Ratelimit-Reset, from the start, that many times.", "12", "refusals", FaultPart::Provider, true},
    {"freeze-writes", "Source writes during the freeze",
     "A forgotten job goes on writing to the source database for that many seconds of run time after maintenance is switched on.", "60", "s", FaultPart::Database, true},
    {"resolver-ignores-ttl", "One resolver ignores the TTL",
     "The access provider's resolver keeps every answer for at least that many seconds of run time.", "300", "s", FaultPart::Dns, true},
    {"provider-500", "A provider answers 500",
     "The next calls to Heroku, Netlify and Render are answered with 500, that many times each.", "3", "answers", FaultPart::Provider, false},
    {"timeout", "A provider doesn't answer", "The next calls to Render's API are accepted and never answered, that many times.", "1", "calls", FaultPart::Provider, false},
    {"dropped-connection", "The database connection drops",
     "The connections to the target database are cut in the middle of the copy, that many times.", "1", "cuts", FaultPart::Database, false},
    {"expired-token", "A token expires", "Render refuses the token with 401 until the fault is taken away.", "", "", FaultPart::Provider, false},
    {"failed-deploy", "A deploy fails", "The next deploys at Render end in failure, that many times.", "1", "deploys", FaultPart::Deploys, false},
    {"log-stream-closes", "The log stream closes", "Log streams are closed after that many lines each.", "20", "lines", FaultPart::Logs, false},
}};

/// A fault as it was asked for.
struct FaultChoice {
    const Fault* fault = nullptr;
    QString value;
    [[nodiscard]] QString text() const;  ///< "NAME" or "NAME=value", as parsed back
    [[nodiscard]] qint64 number() const { return value.toLongLong(); }
};

[[nodiscard]] const Fault* findFault(const QString& name);
/// Reads "NAME" or "NAME=value". Invalid: unknown name (the nearest known one is told), a value where none belongs, or a value that isn't a
/// whole number of at least 1.
[[nodiscard]] Result<FaultChoice> parseFault(const QString& text);
/// All names, for help and completion.
[[nodiscard]] QStringList faultNames();

} // namespace switchyard::rehearsal
