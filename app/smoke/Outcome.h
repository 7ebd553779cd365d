#pragma once

#include "app/base/Units.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <map>
#include <optional>
#include <vector>

namespace switchyard::smoke {

/// NotRun: a check that could not be made (with its reason); it counts as open, not as failed.
enum class Verdict { Pass, Slower, Failed, NotRun };
[[nodiscard]] QString verdictName(Verdict verdict);
[[nodiscard]] std::optional<Verdict> verdictFromName(const QString& name);

/// What one check found.
struct Outcome {
    QString id;
    Verdict verdict = Verdict::NotRun;
    int status = 0;             ///< of its decisive request; 0 none
    Milliseconds took{0};
    QString says;               ///< "201 · 312 ms", or why not
    QString diagnosis;          ///< known cause and what to change; empty when none is known
    QStringList exchange;       ///< request and response lines, secrets hidden
    TimePoint at{};
};
[[nodiscard]] QJsonObject toJson(const Outcome& outcome);
[[nodiscard]] Outcome outcomeFrom(const QJsonObject& json);

/// Judges an outcome against the baseline: slower is over twice the baseline and over 500 ms. A failure stays one.
[[nodiscard]] Outcome against(Outcome now, const std::optional<Outcome>& baseline);

/// Cause of a failure by its marks: status, body, TLS problem. Empty when unknown.
[[nodiscard]] QString diagnose(const QString& check, int status, const QByteArray& body, const QString& problem, const QString& origin);

/// Grade of a page's security headers.
struct HeaderGrade {
    QString grade;              ///< A to F
    int score = 0;              ///< 0..100
    std::map<QString, bool> headers;
};
/// `headers`: lower-case name -> value.
[[nodiscard]] HeaderGrade gradeHeaders(const std::map<QByteArray, QByteArray>& headers);
[[nodiscard]] QJsonObject toJson(const HeaderGrade& grade);
[[nodiscard]] HeaderGrade headerGradeFrom(const QJsonObject& json);

} // namespace switchyard::smoke
