#pragma once

#include "app/logs/LogModel.h"
#include "widgets/frame/Page.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/Panel.h"

#include <QPointer>
#include <QSet>

class QTableView;

namespace switchyard::ui {

/// Tasks (472 wide) and the live log, 208 high on Overview.
class Dock : public QWidget {
    Q_OBJECT
public:
    explicit Dock(QWidget* parent = nullptr);
    /// The log to show; nullptr: none. Not owned.
    void setStore(logs::LogStore* store);
    void refresh(const cutover::RunState& state);
    [[nodiscard]] QWidget* tasks() const;
    [[nodiscard]] QWidget* logView() const;

Q_SIGNALS:
    void foldRequested();

private:
    class Tasks;
    void chooseSources(QWidget* at);
    void placeColumns();
    Tasks* m_tasks;
    TextLabel* m_tasksCaption;
    TextLabel* m_sources;
    QTableView* m_view;
    logs::LogModel* m_log = nullptr;
    QSet<QString> m_hidden;
};

/// The last line of the window, 28 high: what is going on, the newest line of the log, two shortcuts.
class Ticker : public PaintedWidget {
    Q_OBJECT
public:
    explicit Ticker(QWidget* parent = nullptr);
    /// The log whose newest line is shown; nullptr: none. Not owned.
    void setStore(logs::LogStore* store);
    void refresh(const cutover::RunState& state);
    /// Without a run: a light, a word, a sentence.
    void setIdle(const QString& word, const QString& sentence);
    [[nodiscard]] QSize sizeHint() const override { return {400, Theme::instance().scaled(28)}; }
    [[nodiscard]] QString spokenName() const override { return m_word; }
    [[nodiscard]] QString spokenValue() const override { return m_text; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void newest();
    QPointer<logs::LogStore> m_log;
    Health m_light = Health::Ok;
    QString m_word;
    QString m_time;
    QString m_text;
    bool m_idle = true;
};

} // namespace switchyard::ui
