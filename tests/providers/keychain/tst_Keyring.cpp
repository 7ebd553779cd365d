#include "providers/keychain/Keyring.h"
#include "tests/kit/TestLoop.h"

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusInterface>
#include <QDBusObjectPath>
#include <QDBusReply>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace switchyard;
using namespace std::chrono_literals;

// QtDBus 6.4 keeps messages that were in flight when the bus went away.
extern "C" Q_DECL_EXPORT const char* __lsan_default_suppressions() { return "leak:libQt6DBus"; }

/// Runs in one process through three worlds, in this order: no bus at all, an unlocked gnome-keyring on a bus of its own, the same one locked.
class tst_Keyring : public QObject {
    Q_OBJECT
    QTemporaryDir m_home;
    QProcess m_bus;
    QProcess m_keyring;
    const Secret m_token{QByteArray("canary\0token-4711", 17)};

    QString stored() const
    {
        QFile file(m_home.filePath(QStringLiteral("switchyard/keyring.json")));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_DATA_HOME", m_home.path().toUtf8());
        qputenv("HOME", m_home.path().toUtf8());
        qputenv("XDG_RUNTIME_DIR", m_home.path().toUtf8());
        qunsetenv("DBUS_SESSION_BUS_ADDRESS");
        qunsetenv("DISPLAY");
        qunsetenv("WAYLAND_DISPLAY");
        qunsetenv("XDG_CURRENT_DESKTOP");
    }
    void cleanupTestCase()
    {
        for (QProcess* process : {&m_keyring, &m_bus}) {
            process->kill();
            process->waitForFinished(3000);
        }
    }
    void withoutABusSecretsLiveInMemory()
    {
        if (QFile::exists(QStringLiteral("/run/user/%1/bus").arg(::getuid())))
            QSKIP("this user has a session bus that can't be hidden");
        const auto store = makeSecretStore(500ms);
        SY_VERIFY_OK(test::run(store->open({})));
        QCOMPARE(store->status(), QStringLiteral("No keyring, kept for this session"));
        QVERIFY(!store->persistent());
        SY_VERIFY_OK(test::run(store->write(QStringLiteral("heroku"), m_token, {})));
        QCOMPARE(*test::run(store->read(QStringLiteral("heroku"), {})), m_token);
        SY_VERIFY_OK(test::run(store->remove(QStringLiteral("heroku"), {})));
        QCOMPARE(test::run(store->read(QStringLiteral("heroku"), {})).error().code, QStringLiteral("absent"));
        QCOMPARE(stored(), QString());
    }
    void anUnlockedKeyringKeeps()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("gnome-keyring-daemon")).isEmpty() || QStandardPaths::findExecutable(QStringLiteral("dbus-daemon")).isEmpty())
            QSKIP("gnome-keyring or dbus-daemon is not installed");
        m_bus.start(QStringLiteral("dbus-daemon"), {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
        QVERIFY(m_bus.waitForReadyRead(5000));
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus.readLine().trimmed());
        m_keyring.start(QStringLiteral("gnome-keyring-daemon"), {QStringLiteral("--unlock"), QStringLiteral("--components=secrets"), QStringLiteral("--foreground")});
        m_keyring.write("test password");
        m_keyring.closeWriteChannel();
        const auto unlocked = [] {
            // Asked first: a call to a name that nobody owns yet would make the bus start a second, locked keyring.
            if (!QDBusConnection::sessionBus().interface()->isServiceRegistered(QStringLiteral("org.freedesktop.secrets")))
                return false;
            QDBusInterface collection(QStringLiteral("org.freedesktop.secrets"), QStringLiteral("/org/freedesktop/secrets/collection/login"),
                                      QStringLiteral("org.freedesktop.DBus.Properties"));
            const QDBusReply<QVariant> locked = collection.call(QStringLiteral("Get"), QStringLiteral("org.freedesktop.Secret.Collection"), QStringLiteral("Locked"));
            return locked.isValid() && !locked.value().toBool();
        };
        if (!QTest::qWaitFor(unlocked, 5000))
            QFAIL((m_keyring.readAllStandardError() + m_keyring.readAllStandardOutput()).constData());
        const auto store = makeSecretStore(3000ms);
        SY_VERIFY_OK(test::run(store->open({})));
        QCOMPARE(store->status(), QStringLiteral("Keyring unlocked"));
        QVERIFY(store->persistent());
        SY_VERIFY_OK(test::run(store->write(QStringLiteral("heroku"), m_token, {})));
        SY_VERIFY_OK(test::run(store->write(QStringLiteral("render"), m_token, {})));
        const auto later = makeSecretStore(3000ms); // another start of the program
        const auto read = test::run(later->read(QStringLiteral("heroku"), {}));
        SY_VERIFY_OK(read);
        QCOMPARE(*read, m_token);
        SY_VERIFY_OK(test::run(later->remove(QStringLiteral("render"), {})));
        QCOMPARE(test::run(later->read(QStringLiteral("render"), {})).error().code, QStringLiteral("absent"));
        QVERIFY(stored().contains(QStringLiteral("heroku")) && !stored().contains(QStringLiteral("render")));
        QVERIFY(!stored().contains(QStringLiteral("canary\\")) && !stored().contains(QStringLiteral("4711")));
    }
    void aLockedKeyringIsNotAnEmptyOne()
    {
        if (m_keyring.state() != QProcess::Running)
            QSKIP("no keyring in this test");
        QDBusInterface service(QStringLiteral("org.freedesktop.secrets"), QStringLiteral("/org/freedesktop/secrets"), QStringLiteral("org.freedesktop.Secret.Service"));
        const QList<QDBusObjectPath> collections{QDBusObjectPath(QStringLiteral("/org/freedesktop/secrets/collection/login"))};
        QVERIFY(service.call(QStringLiteral("Lock"), QVariant::fromValue(collections)).type() == QDBusMessage::ReplyMessage);
        const auto store = makeSecretStore(700ms);
        const auto read = test::run(store->read(QStringLiteral("heroku"), {}));
        QVERIFY(!read);
        QCOMPARE(read.error().code, QStringLiteral("locked"));
        QCOMPARE(store->status(), QStringLiteral("Keyring locked"));
        QVERIFY(!store->persistent());
        QCOMPARE(test::run(store->remove(QStringLiteral("heroku"), {})).error().code, QStringLiteral("locked"));
        QVERIFY(stored().contains(QStringLiteral("heroku")));
        QCOMPARE(test::run(store->read(QStringLiteral("never stored"), {})).error().code, QStringLiteral("absent"));
        SY_VERIFY_OK(test::run(store->write(QStringLiteral("netlify"), m_token, {})));
        QCOMPARE(*test::run(store->read(QStringLiteral("netlify"), {})), m_token);
        QVERIFY(!stored().contains(QStringLiteral("netlify")));
    }
};

QTEST_GUILESS_MAIN(tst_Keyring)
#include "tst_Keyring.moc"
