#pragma once

#include "app/cutover/steps/StepBase.h"

namespace switchyard::cutover {

/// Puts the progress of tables on the blackboard and into the tasks while a mover works. Shared with the mover's sink, which may outlive the
/// step's coroutine: after close() it is deaf.
class TableBoard : public std::enable_shared_from_this<TableBoard> {
public:
    TableBoard(RunContext* context, StepVoice* voice, QString stepId, QString database, QString verb)
        : c(context), m_voice(voice), m_step(std::move(stepId)), m_database(std::move(database)), m_verb(std::move(verb))
    {
    }
    [[nodiscard]] TableSink sink();
    void close();

private:
    void take(const TableProgress& progress);
    RunContext* c;
    StepVoice* m_voice;
    QString m_step;
    QString m_database;
    QString m_verb;
    std::map<QString, TableProgress> m_tables;
    TimePoint m_sampled{};
};

/// Closes a board when the coroutine leaves, by whatever way.
class BoardGuard {
public:
    explicit BoardGuard(std::shared_ptr<TableBoard> board) : m_board(std::move(board)) {}
    ~BoardGuard() { m_board->close(); }
    BoardGuard(const BoardGuard&) = delete;
    BoardGuard& operator=(const BoardGuard&) = delete;

private:
    std::shared_ptr<TableBoard> m_board;
};

/// Puts what was read of one side on the blackboard.
void showSummary(RunContext* context, const QString& database, Side side, const DatabaseSummary& summary);

} // namespace switchyard::cutover
