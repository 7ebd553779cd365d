#include "widgets/logs/LogSearch.h"

#include <QElapsedTimer>

#include <algorithm>

namespace switchyard::ui {

LogSearch::LogSearch(logs::LogModel* model, QObject* parent) : QObject(parent), m_model(model)
{
    m_slice.setInterval(0);
    connect(&m_slice, &QTimer::timeout, this, &LogSearch::slice);
    connect(model, &QAbstractItemModel::modelReset, this, [this] { start(m_words); });
    connect(model, &QAbstractItemModel::rowsInserted, this, [this] {
        if (!m_words.isEmpty())
            m_slice.start();
    });
}

void LogSearch::start(const QString& words)
{
    m_words = words;
    m_found.clear();
    m_number = 0;
    m_slice.stop();
    if (!words.isEmpty())
        m_slice.start();
    Q_EMIT changed();
}

void LogSearch::slice()
{
    QElapsedTimer spent;
    spent.start();
    int row = m_model->rowOf(m_number);
    const int rows = m_model->rowCount();
    const std::size_t before = m_found.size();
    while (row >= 0 && row < rows && spent.elapsed() < 4) {
        for (int i = 0; i < 100 && row < rows; ++i, ++row) {
            const qsizetype number = m_model->number(row);
            if (number < 0)
                continue;
            m_number = number + 1;
            // Past the model's cache: what is read here once isn't painted next.
            if (m_model->store()->line(number).message.contains(m_words, Qt::CaseInsensitive))
                m_found.push_back(number);
        }
    }
    const bool done = row < 0 || row >= rows;
    if (done)
        m_slice.stop();
    if (done || m_found.size() != before)
        Q_EMIT changed();
}

qsizetype LogSearch::count() const
{
    qsizetype lines = 0;
    for (const qsizetype number : m_found) {
        const int row = m_model->rowOf(number);
        lines += row >= 0 ? m_model->repeats(row) : 0;
    }
    return lines;
}

int LogSearch::next(int row, bool backwards) const
{
    if (m_found.empty())
        return -1;
    // A rule has no number: the line after it is where one stands.
    qsizetype at = -1;
    for (int r = row; r >= 0 && at < 0; --r)
        at = m_model->number(r);
    if (backwards) {
        auto it = std::lower_bound(m_found.begin(), m_found.end(), at < 0 ? 0 : at);
        return m_model->rowOf(it == m_found.begin() ? m_found.back() : *std::prev(it));
    }
    auto it = std::upper_bound(m_found.begin(), m_found.end(), at);
    return m_model->rowOf(it == m_found.end() ? m_found.front() : *it);
}

} // namespace switchyard::ui
