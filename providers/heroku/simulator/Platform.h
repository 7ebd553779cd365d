#pragma once

#include "providers/simulator/Agenda.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QList>

#include <functional>
#include <optional>

namespace switchyard::heroku {

/// What an endpoint answers: status, JSON body (null for none) and extra headers.
struct Answer {
    int status = 200;
    QJsonValue body;
    QList<std::pair<QByteArray, QByteArray>> headers;

    static Answer error(int status, const QString& id, const QString& message);
};

/// A backup, restore or copy that the simulated data host was asked to do. The world does it against a real server.
struct TransferJob {
    QString uuid;
    QString kind;  ///< capture, restore or copy
    QString app;   ///< name of the app that owns the add-on
    QString addon; ///< name of the add-on
    QString from;  ///< connection URL, or the URL of the backup for a restore
    QString to;    ///< connection URL; empty for a capture
    qint64 number = 0;
};

/// State and rules of a simulated Heroku: apps, formation, config vars, add-ons, domains, releases, logs, and the data host's transfers.
/// Holds no HTTP. Every name in the JSON is the Platform API's (schema of 2026, CLI 11.10.0). Keys that begin with an underscore are the
/// simulator's own and never leave it. Main thread.
class Platform {
public:
    explicit Platform(Clock* clock);
    virtual ~Platform();
    Platform(const Platform&) = delete;
    Platform& operator=(const Platform&) = delete;

    /// Replaces the whole state by a description; see projectifyStory() for its shape.
    void loadState(const QJsonObject& description);
    [[nodiscard]] QJsonObject saveState() const;
    void restoreState(const QJsonObject& saved);

    // ---- what the world sets -----------------------------------------------------------------------------------------
    /// The connection URL of an add-on (by name or id); every attachment of it shows the value as config var, without a release.
    void setAddonUrl(const QString& addon, const QString& url);
    void setDatabaseUrl(const QString& addon, const QString& url) { setAddonUrl(addon, url); }
    void setRedisUrl(const QString& addon, const QString& url) { setAddonUrl(addon, url); }
    /// Facts shown by the data host's info answer: num_bytes, num_tables, connections, version.
    void setDatabaseInfo(const QString& addon, const QJsonObject& facts);
    /// Says whether a public name resolves to this provider's target now. Certificates are issued only then.
    void setHostPointsHere(std::function<bool(const QString& host, const QString& target)> hook) { m_hostPointsHere = std::move(hook); }
    /// Does the transfers; ends each with finishTransfer(). Without it transfers fail with a log line that says so.
    void setTransferHook(std::function<void(const TransferJob&)> hook) { m_transferHook = std::move(hook); }
    void progressTransfer(const QString& uuid, qint64 processedBytes, const QString& logLine = {});
    /// `file` is the dump that the public URL serves; empty for restores and copies. A filled `failure` ends the transfer as failed.
    void finishTransfer(const QString& uuid, const QString& file, qint64 sourceBytes, int warnings, const QString& failure = {});
    /// A transfer that is never begun: stays pending and blocks the next one, as users report.
    void holdTransfers(bool hold) { m_holdTransfers = hold; }
    void appendLog(const QString& app, const QString& source, const QString& process, const QString& text);

    // ---- what the world and the tests ask -----------------------------------------------------------------------------
    [[nodiscard]] QJsonObject configVars(const QString& app) const;
    [[nodiscard]] bool maintenance(const QString& app) const;
    /// Dynos of a type whose state is up.
    [[nodiscard]] int runningDynos(const QString& app, const QString& type) const;
    [[nodiscard]] QStringList appNames() const;
    [[nodiscard]] QString domainTarget(const QString& app, const QString& host) const;

protected:
    struct App {
        QJsonObject doc;
        QJsonObject config;
        QList<QJsonObject> formation, dynos, domains, releases, drains;
        QList<QJsonObject> lines; ///< {n, at, source, process, text}
        qint64 lastLine = 0;
    };

    virtual void happened(const QString& kind, const QJsonObject& data) = 0;
    enum class Access { Unknown, Forbidden, Granted };
    [[nodiscard]] Access appAccess(const QString& app) const;
    /// A new line was logged; streams pick it up.
    virtual void logged(const QString& appId) = 0;

    // Endpoints. `app` is a name or an id.
    Answer listApps() const;
    Answer showApp(const QString& app) const;
    Answer updateApp(const QString& app, const QJsonObject& body);
    Answer setAcm(const QString& app, bool on);
    Answer account() const;
    Answer regions() const;
    Answer stacks() const;
    Answer dynoSizes() const;

    Answer listFormation(const QString& app) const;
    Answer scaleMany(const QString& app, const QJsonObject& body);
    Answer scaleOne(const QString& app, const QString& type, const QJsonObject& body);
    Answer showFormation(const QString& app, const QString& type) const;
    Answer listDynos(const QString& app) const;
    Answer showDyno(const QString& app, const QString& dyno) const;
    Answer runDyno(const QString& app, const QJsonObject& body);
    Answer restart(const QString& app, const QString& dyno);
    Answer stopType(const QString& app, const QString& type);

    Answer showConfig(const QString& app) const;
    Answer changeConfig(const QString& app, const QJsonObject& body);
    Answer configAt(const QString& app, const QString& release) const;
    Answer listReleases(const QString& app) const;
    Answer showRelease(const QString& app, const QString& release) const;
    Answer createRelease(const QString& app, const QJsonObject& body);

    Answer listDomains(const QString& app) const;
    Answer showDomain(const QString& app, const QString& domain) const;
    Answer addDomain(const QString& app, const QJsonObject& body);
    Answer updateDomain(const QString& app, const QString& domain, const QJsonObject& body);
    Answer removeDomain(const QString& app, const QString& domain);
    Answer listSniEndpoints(const QString& app) const;

    Answer listAddons(const QString& app, bool expand) const;
    Answer showAddon(const QString& app, const QString& addon, bool expand) const;
    Answer resolveAddon(const QJsonObject& body, bool expand) const;
    Answer createAddon(const QString& app, const QJsonObject& body);
    Answer deleteAddon(const QString& app, const QString& addon);
    Answer listAttachments(const QString& app, bool include) const;
    Answer attachmentsOf(const QString& addon, bool include) const;
    Answer resolveAttachment(const QJsonObject& body, bool include) const;
    Answer attach(const QJsonObject& body);
    Answer detach(const QString& attachment);

    Answer createLogSession(const QString& app, const QJsonObject& body, const QString& baseUrl);
    Answer listDrains(const QString& app) const;
    Answer addDrain(const QString& app, const QJsonObject& body);

    Answer databaseInfo(const QString& addon) const;
    Answer waitStatus(const QString& addon) const;
    Answer listTransfers(const QString& app) const;
    Answer showTransfer(const QString& app, const QString& transfer, bool verbose) const;
    Answer startTransfer(const QString& addon, const QString& kind, const QJsonObject& body);
    Answer publicUrl(const QString& app, const QString& transfer, const QString& baseUrl);
    Answer cancelTransfer(const QString& app, const QString& transfer);
    Answer deleteTransfer(const QString& app, const QString& transfer);
    Answer listSchedules(const QString& addon) const;
    Answer addSchedule(const QString& addon, const QJsonObject& body);
    Answer removeSchedule(const QString& addon, const QString& schedule);
    Answer credentials(const QString& addon, const QString& name) const;

    /// The dump behind a signed URL; nothing when the signature is unknown or its hour is over.
    [[nodiscard]] std::optional<QString> signedFile(const QString& uuid, const QString& signature) const;
    /// The session behind a logplex URL; nothing when it expired.
    [[nodiscard]] std::optional<QJsonObject> logSession(const QString& id, const QString& signature) const;
    /// Lines of a session after line `after` (or the last `lines` of them when `after` is negative): {n, text}.
    [[nodiscard]] QList<std::pair<qint64, QString>> sessionLines(const QJsonObject& session, qint64 after) const;

    [[nodiscard]] TimePoint now() const { return m_agenda.now(); }
    [[nodiscard]] bool tokenKnown(const QString& token) const;
    [[nodiscard]] const QStringList& knownTokens() const { return m_tokens; }
    void settle() { m_agenda.settle(); }

private:
    friend class StoryLoader;
    [[nodiscard]] QString stamp() const;
    [[nodiscard]] QString dataStamp() const;
    [[nodiscard]] const App* find(const QString& app) const;
    [[nodiscard]] App* find(const QString& app);
    [[nodiscard]] static QJsonObject ref(const App& app);
    [[nodiscard]] const QJsonObject* findAddon(const QString& addon) const;
    [[nodiscard]] QJsonObject* findAddon(const QString& addon);
    [[nodiscard]] QJsonObject attachmentShown(const QJsonObject& attachment, bool include) const;
    [[nodiscard]] QJsonObject addonShown(const QJsonObject& addon, bool expand) const;
    [[nodiscard]] QJsonArray configNames(const QString& addonId, const QString& appId) const;
    [[nodiscard]] QJsonObject attachmentValues(const App& app) const;
    [[nodiscard]] QJsonObject wanted(const App& app) const;
    QJsonObject& release(App& app, const QString& description, const QJsonObject& config);
    void releaseDone(App& app, QJsonObject& release);
    void follow(App& app, const QString& type);
    void restartDynos(App& app, const QString& name = {});
    [[nodiscard]] std::optional<Answer> scale(App& app, const QJsonObject& update, bool dry);
    void run(const QString& what, const QJsonObject& data);
    void certificate(const QJsonObject& data);
    void beginTransfer(const QString& uuid);
    void transferLog(QJsonObject& transfer, const QString& message);
    void dropAddon(const QString& addonId);
    [[nodiscard]] QJsonObject transferShown(const QJsonObject& transfer, bool verbose) const;
    [[nodiscard]] const QJsonObject* findTransfer(const QString& app, const QString& transfer) const;
    [[nodiscard]] QJsonObject* findTransfer(const QString& app, const QString& transfer);
    QJsonObject makeAttachment(App& app, const QJsonObject& addon, const QString& name);

    simulator::Agenda m_agenda;
    QJsonObject m_account;
    QStringList m_tokens;
    QString m_dnsSuffix;
    QString m_webSuffix;
    QList<App> m_apps;
    QList<QJsonObject> m_addons, m_attachments, m_transfers, m_schedules, m_sessions;
    QJsonObject m_signatures; ///< uuid of a transfer -> {signature, expires}
    std::function<bool(const QString&, const QString&)> m_hostPointsHere;
    std::function<void(const TransferJob&)> m_transferHook;
    bool m_holdTransfers = false;
};

/// A copy without the simulator's own keys.
[[nodiscard]] QJsonObject shown(const QJsonObject& object);
[[nodiscard]] QJsonArray shownAll(const QList<QJsonObject>& objects);
[[nodiscard]] QString newId();

} // namespace switchyard::heroku
