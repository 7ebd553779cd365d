#pragma once

#include <QString>

namespace switchyard::plan {

/// One thing that is wrong in a plan file, for people: where, what is wrong, what it means, what to write instead. Never holds a value
/// that looks like a secret.
struct PlanProblem {
    QString file;
    int line = 0;       ///< 1-based; 0: the file as a whole
    int column = 0;     ///< 1-based
    QString what;
    QString means;
    QString instead;
    /// "projectify.yaml:12:5: ..." with the three sentences.
    [[nodiscard]] QString text() const;
    friend bool operator==(const PlanProblem&, const PlanProblem&) = default;
};

} // namespace switchyard::plan
