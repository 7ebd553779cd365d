#pragma once

#include "app/cutover/RunState.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"
#include "widgets/parts/States.h"
#include "widgets/smoke/Exchange.h"

#include <QLabel>
#include <QStackedWidget>
#include <QTabBar>

#include <map>

namespace switchyard::ui {

/// Known cause of a failed check and what to do about it.
class DiagnosisCard final : public Surface {
    Q_OBJECT
public:
    explicit DiagnosisCard(QWidget* parent = nullptr);
    void setCheck(const cutover::CheckView& check, bool live);

Q_SIGNALS:
    /// Open Environments at this key (empty: none is known).
    void settingAsked(const QString& key);
    void accepted(const QString& note);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void placeButtons();
    QString m_key;
    QString m_check;
    IconLabel* m_icon;
    TextLabel* m_title;
    TextLabel* m_text;
    Button* m_stage;
    Button* m_open;
    Button* m_accept;
    QWidget* m_noteBox;
    NoteField* m_note;
    Button* m_keep;
};

/// A manual check: numbered instructions, a note, a picture, and the three answers.
class ManualCard final : public Surface {
    Q_OBJECT
public:
    explicit ManualCard(QWidget* parent = nullptr);
    void setCheck(const cutover::CheckView& check, const QString& directory);
    void answer(cutover::CheckState state);
    void focusFirst();

Q_SIGNALS:
    /// `picture` is a file anywhere, or empty.
    void answered(const QString& check, cutover::CheckState state, const QString& note, const QString& picture);

private:
    void choosePicture();
    void showPicture();
    QString m_check;
    QString m_picture;
    QVBoxLayout* m_steps;
    NoteField* m_note;
    QLabel* m_slot;
    TextLabel* m_pictureName;
    Button* m_choose;
    Button* m_pass;
    Button* m_fail;
    Button* m_none;
};

/// Grades of the security headers, before and now, and which header is there.
class HeaderGrades final : public PaintedWidget {
    Q_OBJECT
public:
    explicit HeaderGrades(QWidget* parent = nullptr);
    void setScores(const QString& host, const cutover::HeaderScore& before, const cutover::HeaderScore& now);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QString spokenName() const override { return QStringLiteral("Security headers"); }
    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] bool empty() const { return m_before.headers.empty() && m_now.headers.empty() && m_before.grade.isEmpty() && m_now.grade.isEmpty(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_host;
    cutover::HeaderScore m_before, m_now;
};

/// One lamp a window that saw the message.
class WindowLamps final : public PaintedWidget {
    Q_OBJECT
public:
    explicit WindowLamps(QWidget* parent = nullptr);
    void setLamps(int lit, int all);
    [[nodiscard]] QSize sizeHint() const override { return {200, Theme::instance().scaled(28)}; }
    [[nodiscard]] QString spokenName() const override { return QStringLiteral("%1 of %2 windows saw the message").arg(m_lit).arg(m_all); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int m_lit = 0;
    int m_all = 0;
};

/// Pages under a bar of tabs that starts at the column's edge.
class CheckTabs final : public QWidget {
    Q_OBJECT
public:
    explicit CheckTabs(QWidget* parent = nullptr);
    void addTab(QWidget* page, const QString& title);
    [[nodiscard]] QTabBar* bar() const { return m_bar; }

private:
    QTabBar* m_bar;
    QStackedWidget* m_pages;
};

/// The right side: title and verdict, diagnosis, tabs with before and now, header grades.
class CheckDetail final : public Surface {
    Q_OBJECT
public:
    explicit CheckDetail(QWidget* parent = nullptr);
    void setCheck(const cutover::CheckView& check, const cutover::RunState& state);
    [[nodiscard]] ManualCard* manual() const { return m_manual; }
    [[nodiscard]] DiagnosisCard* diagnosis() const { return m_diagnosis; }
    /// First control that acts on the shown check.
    void focusFirst();

private:
    void setHistory(const cutover::CheckView& check);
    QString m_shown;
    TextLabel* m_title;
    Chip* m_verdict;
    DiagnosisCard* m_diagnosis;
    ManualCard* m_manual;
    CheckTabs* m_tabs;
    MonogramTile* m_beforeTile;
    MonogramTile* m_nowTile;
    TextLabel* m_beforeText;
    TextLabel* m_nowText;
    ExchangeView* m_before;
    ExchangeView* m_now;
    ExchangeView* m_request;
    ExchangeView* m_response;
    ExchangeView* m_steps;
    ExchangeView* m_history;
    WindowLamps* m_lamps;
    HeaderGrades* m_grades;
    Line* m_gradesLine;
    QSpacerItem* m_below;
    std::map<QString, QStringList> m_seen; ///< results of each check since the page was opened, oldest first
};

} // namespace switchyard::ui
