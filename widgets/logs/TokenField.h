#pragma once

#include "widgets/parts/States.h"

namespace switchyard::ui {

/// The search field of the log: tokens look like tokens ("since 22:42"), the rest are words; what was found stands at the right end.
class TokenField final : public SearchField {
    Q_OBJECT
public:
    explicit TokenField(QWidget* parent = nullptr);
    /// "94 lines match"; `problem`: a token that isn't understood, in place of it.
    void setSaid(const QString& said, bool problem, bool matches);

Q_SIGNALS:
    /// Enter or Shift Enter.
    void nextWanted(bool backwards);
    /// Arrow down: into the lines.
    void leave();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QString m_said;
    bool m_problem = false;
    bool m_matches = false;
};

} // namespace switchyard::ui
