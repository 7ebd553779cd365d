#include "providers/keychain/Keyring.h"

#include "app/base/Awaiters.h"
#include "app/base/CopyOf.h"
#include "app/base/Redactor.h"
#include "providers/keychain/StoredNames.h"

#include <QFileInfo>
#include <QTimer>
#include <QUuid>

#include <qt6keychain/keychain.h>

#include <map>
#include <unistd.h>

namespace switchyard {

namespace {

const char* const kCanary = "switchyard-canary";

enum class Door { Unknown, Open, Locked, Missing };

/// What the store and its coroutines share.
struct Ring {
    Milliseconds deadline{5000};
    Door door = Door::Unknown;
    int hung = 0;   ///< jobs past their deadline; QtKeychain runs one job at a time, so nothing gets through until they end
    keychain::StoredNames names;
    std::map<QString, Secret> memory;
};
using RingPtr = std::shared_ptr<Ring>;

struct JobAnswer {
    bool late = false;
    QKeychain::Error code = QKeychain::NoError;
    QString words;
    QByteArray data;
};

Error keyringError(const QString& code, const QString& happened, const QString& remedy)
{
    Error error = Error::invalid(happened, QStringLiteral("What isn't in the keyring is asked for again."), remedy);
    error.kind = ErrorKind::Keychain;
    error.code = code;
    return error;
}

Error lockedError()
{
    return keyringError(QStringLiteral("locked"), QStringLiteral("The keyring is locked, or waits for somebody to unlock it."), QStringLiteral("Unlock it in the system's settings, then try again."));
}

/// Where no bus is there, libsecret would start one of its own for an X display and wait for it.
bool hasSessionBus()
{
    return !qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS") || QFileInfo::exists(QStringLiteral("/run/user/%1/bus").arg(::getuid()));
}

/// Runs one job to its end or to the deadline. The job is never deleted early: libsecret's callback would write into freed memory.
Task<JobAnswer> runJob(RingPtr ring, QKeychain::Job* job, std::stop_token stop)
{
    job->setAutoDelete(true);
    job->setInsecureFallback(false);
    auto answer = std::make_shared<JobAnswer>();
    answer->late = true;
    if (ring->hung > 0) {
        delete job; // not started yet
        co_return copyOf(*answer);
    }
    auto waker = Waker::create(stop);
    auto counted = std::make_shared<bool>(false);
    QObject::connect(job, &QKeychain::Job::finished, job, [answer, waker, counted, ring](QKeychain::Job* done) {
        answer->late = false;
        answer->code = done->error();
        answer->words = done->errorString();
        if (auto* read = qobject_cast<QKeychain::ReadPasswordJob*>(done))
            answer->data = read->binaryData();
        if (*counted)
            --ring->hung;
        waker->fire();
    });
    auto timer = std::make_shared<QTimer>();
    timer->setSingleShot(true);
    QObject::connect(timer.get(), &QTimer::timeout, timer.get(), [waker] { waker->fire(); });
    timer->start(ring->deadline);
    job->start();
    auto wait = waker->wait();
    co_await wait;
    if (answer->late) {
        *counted = true;
        ++ring->hung;
    }
    SY_CO_ALIVE(stop);
    co_return copyOf(*answer);
}

QKeychain::Job* readJob(const QString& name)
{
    auto* job = new QKeychain::ReadPasswordJob(QStringLiteral("switchyard"));
    job->setKey(name);
    return job;
}

QKeychain::Job* writeJob(const QString& name, const QByteArray& value)
{
    auto* job = new QKeychain::WritePasswordJob(QStringLiteral("switchyard"));
    job->setKey(name);
    job->setBinaryData(value);
    return job;
}

QKeychain::Job* deleteJob(const QString& name)
{
    auto* job = new QKeychain::DeletePasswordJob(QStringLiteral("switchyard"));
    job->setKey(name);
    return job;
}

/// Writes, reads and removes a value of its own. Only after that is "not found" to be believed.
Task<bool> canaryLives(RingPtr ring, std::stop_token stop)
{
    const QByteArray value = QUuid::createUuid().toByteArray();
    const QString name = QLatin1String(kCanary);
    SY_CO_TRY(const JobAnswer written, co_await runJob(ring, writeJob(name, value), stop));
    if (written.late || written.code != QKeychain::NoError) {
        const bool locked = written.late || written.code == QKeychain::AccessDenied || written.code == QKeychain::AccessDeniedByUser;
        ring->door = locked ? Door::Locked : Door::Missing;
        // A keyring that held our things before is not missing: it can't be opened.
        if (ring->names.has(name))
            ring->door = Door::Locked;
        co_return false;
    }
    SY_CO_TRY(const JobAnswer read, co_await runJob(ring, readJob(name), stop));
    const bool lives = !read.late && read.code == QKeychain::NoError && read.data == value;
    ring->door = lives ? Door::Open : Door::Locked;
    if (lives) {
        SY_CO_CHECK(ring->names.add(name));
    }
    co_return lives;
}

Task<> openRing(RingPtr ring, std::stop_token stop)
{
    if (!hasSessionBus()) {
        ring->door = Door::Missing;
        co_return Ok{};
    }
    SY_CO_TRY(const bool open, co_await canaryLives(ring, stop));
    if (!open)
        co_return Ok{};
    // What was kept in memory while it was locked moves in.
    const std::map<QString, Secret> waiting = ring->memory;
    for (const auto& [name, value] : waiting) {
        SY_CO_TRY(const JobAnswer written, co_await runJob(ring, writeJob(name, value.reveal()), stop));
        if (!written.late && written.code == QKeychain::NoError) {
            SY_CO_CHECK(ring->names.add(name));
            ring->memory.erase(name);
        }
    }
    co_return Ok{};
}

Task<> ensureOpen(RingPtr ring, std::stop_token stop)
{
    if (ring->door == Door::Unknown) {
        SY_CO_CHECK(co_await openRing(ring, stop));
    }
    co_return Ok{};
}

Task<Secret> readSecret(RingPtr ring, QString name, std::stop_token stop)
{
    SY_CO_CHECK(co_await ensureOpen(ring, stop));
    if (const auto kept = ring->memory.find(name); kept != ring->memory.end())
        co_return copyOf(kept->second);
    const Error absent = keyringError(QStringLiteral("absent"), QStringLiteral("The keyring holds no entry %1.").arg(name), QStringLiteral("Enter it once more; it will be stored."));
    if (ring->door != Door::Open)
        co_return ring->names.has(name) ? lockedError() : absent;
    SY_CO_TRY(JobAnswer answer, co_await runJob(ring, readJob(name), stop));
    if (!answer.late && answer.code == QKeychain::NoError) {
        Secret secret(std::move(answer.data));
        Redactor::instance().learn(secret);
        co_return secret;
    }
    if (answer.late) {
        ring->door = Door::Locked;
        co_return lockedError();
    }
    if (answer.code == QKeychain::EntryNotFound && ring->names.has(name)) {
        SY_CO_TRY(const bool lives, co_await canaryLives(ring, stop));
        if (!lives)
            co_return lockedError();
        SY_CO_CHECK(ring->names.remove(name)); // somebody else took it out
        co_return absent;
    }
    if (answer.code == QKeychain::EntryNotFound)
        co_return absent;
    const bool denied = answer.code == QKeychain::AccessDenied || answer.code == QKeychain::AccessDeniedByUser;
    co_return keyringError(denied ? QStringLiteral("denied") : QStringLiteral("unavailable"), QStringLiteral("The keyring refused the entry %1: %2.").arg(name, answer.words),
                           QStringLiteral("Allow it in the system's settings, or enter the value once more."));
}

Task<> writeSecret(RingPtr ring, QString name, Secret value, std::stop_token stop)
{
    Redactor::instance().learn(value);
    SY_CO_CHECK(co_await ensureOpen(ring, stop));
    if (ring->door == Door::Open) {
        SY_CO_TRY(const JobAnswer answer, co_await runJob(ring, writeJob(name, value.reveal()), stop));
        if (!answer.late && answer.code == QKeychain::NoError) {
            ring->memory.erase(name);
            SY_CO_CHECK(ring->names.add(name));
            co_return Ok{};
        }
        ring->door = Door::Locked;
    }
    ring->memory[name] = value;
    co_return Ok{};
}

Task<> removeSecret(RingPtr ring, QString name, std::stop_token stop)
{
    SY_CO_CHECK(co_await ensureOpen(ring, stop));
    ring->memory.erase(name);
    if (ring->door != Door::Open) {
        if (ring->names.has(name))
            co_return lockedError();
        co_return Ok{};
    }
    SY_CO_TRY(const JobAnswer removed, co_await runJob(ring, deleteJob(name), stop));
    SY_CO_TRY(const JobAnswer after, co_await runJob(ring, readJob(name), stop));
    if (removed.late || after.late || after.code != QKeychain::EntryNotFound) {
        co_return removed.late || after.late ? lockedError()
                                             : keyringError(QStringLiteral("denied"), QStringLiteral("The keyring didn't remove %1.").arg(name), QStringLiteral("Remove it in the system's settings."));
    }
    SY_CO_TRY(const bool lives, co_await canaryLives(ring, stop));
    if (!lives)
        co_return lockedError();
    SY_CO_CHECK(ring->names.remove(name));
    co_return Ok{};
}

class Keyring final : public SecretStore {
public:
    explicit Keyring(Milliseconds deadline) : m_ring(std::make_shared<Ring>()) { m_ring->deadline = deadline; }
    QString status() const override
    {
        switch (m_ring->door) {
        case Door::Open: return QStringLiteral("Keyring unlocked");
        case Door::Locked: return QStringLiteral("Keyring locked");
        default: return QStringLiteral("No keyring, kept for this session");
        }
    }
    bool persistent() const override { return m_ring->door == Door::Open; }
    Task<> open(std::stop_token stop) override { return openRing(m_ring, std::move(stop)); }
    Task<Secret> read(QString name, std::stop_token stop) override { return readSecret(m_ring, std::move(name), std::move(stop)); }
    Task<> write(QString name, Secret value, std::stop_token stop) override { return writeSecret(m_ring, std::move(name), std::move(value), std::move(stop)); }
    Task<> remove(QString name, std::stop_token stop) override { return removeSecret(m_ring, std::move(name), std::move(stop)); }

private:
    RingPtr m_ring;
};

} // namespace

std::shared_ptr<SecretStore> makeSecretStore(Milliseconds deadline) { return std::make_shared<Keyring>(deadline); }

} // namespace switchyard
