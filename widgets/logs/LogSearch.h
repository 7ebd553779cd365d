#pragma once

#include "app/logs/LogModel.h"

#include <QTimer>

namespace switchyard::ui {

/// Which shown lines hold some words. Reads the store in slices of a few ms, so that 200,000 lines never hold the window up.
class LogSearch final : public QObject {
    Q_OBJECT
public:
    explicit LogSearch(logs::LogModel* model, QObject* parent = nullptr);
    /// Starts again; empty words end the search.
    void start(const QString& words);
    [[nodiscard]] QString words() const { return m_words; }
    [[nodiscard]] bool reading() const { return m_slice.isActive(); }
    /// Lines that match so far, with their folded repeats.
    [[nodiscard]] qsizetype count() const;
    /// The next matching row after `row` (-1: the first), around the end; -1: none.
    [[nodiscard]] int next(int row, bool backwards) const;

Q_SIGNALS:
    void changed();

private:
    void slice();
    logs::LogModel* m_model;
    QString m_words;
    std::vector<qsizetype> m_found;   ///< numbers of lines
    qsizetype m_number = 0;           ///< lines below were read
    QTimer m_slice;
};

} // namespace switchyard::ui
