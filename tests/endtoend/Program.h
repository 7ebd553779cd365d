#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>
#include <optional>
#include <vector>

namespace switchyard::endtoend {

/// What the program left when it ended.
struct Ended {
    int code = -1;         ///< exit code; -1 when it was killed or didn't end in time
    bool killed = false;   ///< ended by a signal
    QByteArray out;
    QByteArray err;
    [[nodiscard]] QByteArray all() const { return out + err; }
};

/// One home for the program: HOME and the XDG folders in a throw-away folder, no keyring, no desktop. Main thread.
class Home {
public:
    Home();
    /// Ends what still belongs to this home and says so with a warning.
    ~Home();
    [[nodiscard]] QString path() const { return m_folder.path(); }
    [[nodiscard]] QString file(const QString& name) const { return m_folder.filePath(name); }
    void setVariable(const QString& name, const QString& value) { m_environment.insert(name, value); }
    void unsetVariable(const QString& name) { m_environment.remove(name); }

    /// Starts the program; the process is ready to be waited for.
    [[nodiscard]] std::unique_ptr<QProcess> start(const QStringList& arguments);
    /// Starts it and waits for its end, at most `seconds`.
    [[nodiscard]] Ended run(const QStringList& arguments, int seconds = 120);
    /// Waits for a started one.
    [[nodiscard]] static Ended wait(QProcess* process, int seconds = 120);

    /// Ids of the processes that run in, for or from this home: by command line, environment or working folder.
    [[nodiscard]] std::vector<qint64> processes() const;
    /// Gives what is about to end two seconds; what is left then.
    [[nodiscard]] QStringList leftBehind() const;

private:
    QTemporaryDir m_folder;
    QProcessEnvironment m_environment;
};

[[nodiscard]] QByteArray readFile(const QString& path);
[[nodiscard]] QJsonObject readJson(const QString& path);

/// One record of DIR/journal.sqlite, read without the program's own code.
struct Record {
    qint64 sequence = 0;
    qint64 wallMs = 0;
    QString kind;
    QString step;
    QJsonObject data;
    /// "STEP" or "STEP/KEY" of an intent.
    [[nodiscard]] QString intentName() const;
};
[[nodiscard]] std::vector<Record> journalOf(const QString& directory);

} // namespace switchyard::endtoend
