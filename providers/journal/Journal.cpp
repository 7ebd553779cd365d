#include "providers/journal/Journal.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLockFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

#include <atomic>

namespace switchyard {

namespace {

constexpr int kSchemaVersion = 1;

Error storageError(QString happened, QString means, QString remedy, const QSqlError& cause = {})
{
    Error error = Error::invalid(std::move(happened), std::move(means), std::move(remedy));
    error.kind = ErrorKind::Storage;
    error.detail = cause.text();
    error.code = cause.nativeErrorCode();
    return error;
}

Error damaged(const QString& file, const QString& detail)
{
    Error error = storageError(QStringLiteral("The journal %1 is damaged.").arg(file),
                               QStringLiteral("What this run did can't be told from it, so nothing was started."),
                               QStringLiteral("Keep the file as it is and restore the folder from a backup, or start a new run in another folder."));
    error.detail = detail;
    return error;
}

/// Turns what SQLite says into three sentences. Codes: https://www.sqlite.org/rescode.html (5 busy, 8 read-only, 11 corrupt, 13 full, 26 no database).
Error fromSql(const QString& file, const QSqlError& cause)
{
    const int code = cause.nativeErrorCode().toInt() & 0xff;
    if (code == 11 || code == 26)
        return damaged(file, cause.text());
    if (code == 13) {
        return storageError(QStringLiteral("The disk that holds %1 is full.").arg(file), QStringLiteral("The journal can't take the next record, so nothing more was sent."),
                            QStringLiteral("Free some space there, then go on."), cause);
    }
    if (code == 8) {
        return storageError(QStringLiteral("The journal %1 can't be written.").arg(file), QStringLiteral("Nothing more was sent, because an effect must be on record first."),
                            QStringLiteral("Make the folder writable for this user, then go on."), cause);
    }
    return storageError(QStringLiteral("The journal %1 could not be used: %2.").arg(file, cause.databaseText().isEmpty() ? cause.driverText() : cause.databaseText()),
                        QStringLiteral("Nothing more was sent, because an effect must be on record first."),
                        QStringLiteral("Look at the disk and the rights of the folder, then go on."), cause);
}

class SqliteJournal final : public JournalStore {
public:
    explicit SqliteJournal(QString directory, JournalMode mode)
        : m_file(QDir(directory).filePath(QStringLiteral("journal.sqlite"))), m_mode(mode), m_lock(QDir(directory).filePath(QStringLiteral("lock")))
    {
        static std::atomic<int> count = 0;
        m_name = QStringLiteral("switchyard-journal-%1").arg(++count);
        m_lock.setStaleLockTime(0); // only a dead owner makes the lock stale, never its age
    }
    ~SqliteJournal() override
    {
        if (!QSqlDatabase::contains(m_name))
            return;
        {
            QSqlDatabase db = QSqlDatabase::database(m_name, false);
            db.close();
        }
        QSqlDatabase::removeDatabase(m_name);
    }

    Result<void> open()
    {
        if (m_mode == JournalMode::Write) {
            SY_CHECK(takeLock());
        } else if (!QFileInfo::exists(m_file)) {
            return storageError(QStringLiteral("There is no journal at %1.").arg(m_file), QStringLiteral("The folder doesn't hold a run."), QStringLiteral("Name the folder of a run."));
        }
        QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
        db.setDatabaseName(m_file);
        db.setConnectOptions(m_mode == JournalMode::Read ? QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=3000") : QStringLiteral("QSQLITE_BUSY_TIMEOUT=3000"));
        if (!db.open())
            return fromSql(m_file, db.lastError());
        SY_CHECK(check());
        if (m_mode == JournalMode::Read)
            return Ok{};
        QFile::setPermissions(m_file, QFile::ReadOwner | QFile::WriteOwner);
        SY_CHECK(pragma(QStringLiteral("journal_mode"), QStringLiteral("WAL"), QStringLiteral("wal")));
        SY_CHECK(pragma(QStringLiteral("synchronous"), QStringLiteral("FULL"), QStringLiteral("2")));
        SY_CHECK(pragma(QStringLiteral("foreign_keys"), QStringLiteral("ON"), QStringLiteral("1")));
        return prepare();
    }

    [[nodiscard]] Result<JournalRecord> append(JournalRecord record) override
    {
        if (m_mode == JournalMode::Read)
            return Error::internal(QStringLiteral("append on a journal opened for reading"));
        // A single statement is its own transaction; with synchronous=FULL its commit is on disk when exec() returns.
        QSqlQuery insert(QSqlDatabase::database(m_name));
        insert.prepare(QStringLiteral("INSERT INTO records (at, wall, kind, step, data) VALUES (?, ?, ?, ?, ?)"));
        insert.addBindValue(static_cast<qint64>(record.at.time_since_epoch().count()));
        insert.addBindValue(static_cast<qint64>(record.wall.time_since_epoch().count()));
        insert.addBindValue(record.kind);
        insert.addBindValue(record.step.isNull() ? QStringLiteral("") : record.step);
        insert.addBindValue(QString::fromUtf8(QJsonDocument(record.data).toJson(QJsonDocument::Compact)));
        if (!insert.exec())
            return fromSql(m_file, insert.lastError());
        record.sequence = insert.lastInsertId().toLongLong();
        return record;
    }

    [[nodiscard]] Result<std::vector<JournalRecord>> readAll() override
    {
        QSqlQuery select(QSqlDatabase::database(m_name));
        select.setForwardOnly(true);
        if (!select.exec(QStringLiteral("SELECT sequence, at, wall, kind, step, data FROM records ORDER BY sequence")))
            return fromSql(m_file, select.lastError());
        std::vector<JournalRecord> out;
        while (select.next()) {
            JournalRecord record;
            record.sequence = select.value(0).toLongLong();
            // Records are never deleted: a gap means that the file was changed from outside.
            if (record.sequence != static_cast<qint64>(out.size()) + 1)
                return damaged(m_file, QStringLiteral("record %1 is missing").arg(out.size() + 1));
            record.at = TimePoint(Milliseconds(select.value(1).toLongLong()));
            record.wall = TimePoint(Milliseconds(select.value(2).toLongLong()));
            record.kind = select.value(3).toString();
            record.step = select.value(4).toString();
            QJsonParseError parse;
            record.data = QJsonDocument::fromJson(select.value(5).toString().toUtf8(), &parse).object();
            if (parse.error != QJsonParseError::NoError)
                return damaged(m_file, QStringLiteral("record %1 holds no JSON").arg(record.sequence));
            out.push_back(std::move(record));
        }
        if (select.lastError().isValid())
            return fromSql(m_file, select.lastError());
        return out;
    }

private:
    Result<void> takeLock()
    {
        const QString directory = QFileInfo(m_file).absolutePath();
        if (!QDir().mkpath(directory)) {
            return storageError(QStringLiteral("The folder %1 could not be made.").arg(directory), QStringLiteral("A run keeps its journal there, so it was not started."),
                                QStringLiteral("Name a folder that this user may write."));
        }
        if (m_lock.tryLock(0))
            return Ok{};
        if (m_lock.error() != QLockFile::LockFailedError) {
            return storageError(QStringLiteral("The folder %1 can't be written.").arg(directory), QStringLiteral("A run keeps its journal there, so it was not started."),
                                QStringLiteral("Name a folder that this user may write."));
        }
        qint64 pid = 0;
        QString host;
        QString program;
        m_lock.getLockInfo(&pid, &host, &program);
        Error error = Error::invalid(QStringLiteral("Process %1 on %2 is using %3.").arg(pid).arg(host, directory), QStringLiteral("Two programs must not walk the same run."),
                                     QStringLiteral("Go on in the other window, or end it first."));
        error.kind = ErrorKind::Conflict;
        return error;
    }

    Result<QString> scalar(const QString& sql)
    {
        QSqlQuery query(QSqlDatabase::database(m_name));
        if (!query.exec(sql))
            return fromSql(m_file, query.lastError());
        return query.next() ? query.value(0).toString() : QString();
    }

    Result<void> check()
    {
        SY_TRY(const QString verdict, scalar(QStringLiteral("PRAGMA quick_check(1)")));
        if (verdict != QLatin1String("ok"))
            return damaged(m_file, verdict);
        SY_TRY(const QString version, scalar(QStringLiteral("PRAGMA user_version")));
        if (version.toInt() > kSchemaVersion) {
            return storageError(QStringLiteral("The journal %1 was written by a newer Switchyard.").arg(m_file), QStringLiteral("This version may misread it, so nothing was started."),
                                QStringLiteral("Use the newer version."));
        }
        return Ok{};
    }

    Result<void> pragma(const QString& name, const QString& value, const QString& expected)
    {
        SY_TRY(const QString set, scalar(QStringLiteral("PRAGMA %1=%2").arg(name, value)));
        SY_TRY(const QString now, scalar(QStringLiteral("PRAGMA %1").arg(name)));
        if (now.compare(expected, Qt::CaseInsensitive) == 0)
            return Ok{};
        return storageError(QStringLiteral("The journal %1 could not be made crash-safe.").arg(m_file),
                            QStringLiteral("SQLite answered %1=%2, so a record could be lost when the machine fails.").arg(name, now),
                            QStringLiteral("Put the run on a local disk: network folders don't offer this."));
    }

    Result<void> prepare()
    {
        const QStringList statements = {
            QStringLiteral("BEGIN IMMEDIATE"),
            QStringLiteral("CREATE TABLE IF NOT EXISTS records (sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, wall INTEGER NOT NULL, "
                           "kind TEXT NOT NULL CHECK (kind <> ''), step TEXT NOT NULL, data TEXT NOT NULL)"),
            QStringLiteral("CREATE TRIGGER IF NOT EXISTS records_are_final BEFORE UPDATE ON records BEGIN SELECT raise(ABORT, 'records are append-only'); END"),
            QStringLiteral("CREATE TRIGGER IF NOT EXISTS records_stay BEFORE DELETE ON records BEGIN SELECT raise(ABORT, 'records are append-only'); END"),
            QStringLiteral("PRAGMA user_version=%1").arg(kSchemaVersion),
            QStringLiteral("COMMIT"),
        };
        for (const QString& sql : statements) {
            SY_CHECK(run(sql));
        }
        return Ok{};
    }

    Result<void> run(const QString& sql)
    {
        SY_TRY(const QString ignored, scalar(sql));
        Q_UNUSED(ignored)
        return Ok{};
    }

    QString m_file;
    JournalMode m_mode;
    QLockFile m_lock;
    QString m_name;
};

} // namespace

Result<std::shared_ptr<JournalStore>> openJournal(const QString& directory, JournalMode mode)
{
    auto journal = std::make_shared<SqliteJournal>(directory, mode);
    SY_CHECK(journal->open());
    return std::shared_ptr<JournalStore>(std::move(journal));
}

} // namespace switchyard
