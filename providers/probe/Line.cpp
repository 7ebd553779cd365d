#include "providers/probe/Line.h"

#include "app/base/Awaiters.h"

#include <QNetworkProxy>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>
#include <QTimer>

namespace switchyard::probe {

namespace {

/// TLS alert numbers (RFC 8446, section 6) in the words of the standard.
QString alertName(int alert)
{
    switch (alert) {
    case 40: return QStringLiteral("handshake failure");
    case 42: return QStringLiteral("bad certificate");
    case 46: return QStringLiteral("certificate unknown");
    case 47: return QStringLiteral("illegal parameter");
    case 70: return QStringLiteral("protocol version");
    case 71: return QStringLiteral("insufficient security");
    case 80: return QStringLiteral("internal error");
    case 112: return QStringLiteral("unrecognized name");
    case 116: return QStringLiteral("certificate required");
    case 120: return QStringLiteral("no application protocol");
    default: return QStringLiteral("TLS alert");
    }
}

QString certificateProblem(const QSslError& error)
{
    switch (error.error()) {
    case QSslError::CertificateExpired: return QStringLiteral("certificate expired");
    case QSslError::CertificateNotYetValid: return QStringLiteral("certificate not valid yet");
    case QSslError::HostNameMismatch: return QStringLiteral("certificate is for another name");
    case QSslError::SelfSignedCertificate: return QStringLiteral("certificate is self-signed");
    case QSslError::CertificateRevoked: return QStringLiteral("certificate revoked");
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted: return QStringLiteral("certificate is from an authority that is not trusted");
    default: return QStringLiteral("certificate refused: %1").arg(error.errorString());
    }
}

void readCertificate(const QSslSocket& socket, TlsState* tls)
{
    const QSslCertificate certificate = socket.peerCertificate();
    if (certificate.isNull())
        return;
    tls->subject = certificate.subjectInfo(QSslCertificate::CommonName).join(u' ');
    if (tls->subject.isEmpty())
        tls->subject = QStringList(certificate.subjectAlternativeNames().values(QSsl::DnsEntry)).join(u' ');
    tls->issuer = certificate.issuerInfo(QSslCertificate::CommonName).join(u' ');
    tls->notAfter = TimePoint(Milliseconds(certificate.expiryDate().toMSecsSinceEpoch()));
}

QSslConfiguration configuration(const QByteArray& roots)
{
    QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
    ssl.setPeerVerifyMode(QSslSocket::VerifyPeer);
    // With roots of its own a rehearsal trusts nobody else: it can't be fooled into a real host, and no store of 140 roots is read per probe.
    if (!roots.isEmpty())
        ssl.setCaCertificates(QSslCertificate::fromData(roots, QSsl::Pem));
    return ssl;
}

} // namespace

QString lineProblem(const QAbstractSocket& socket)
{
    switch (socket.error()) {
    case QAbstractSocket::ConnectionRefusedError: return QStringLiteral("connection refused");
    case QAbstractSocket::RemoteHostClosedError: return QStringLiteral("the server closed the connection");
    case QAbstractSocket::HostNotFoundError: return QStringLiteral("the address can't be reached from here");
    case QAbstractSocket::NetworkError: return QStringLiteral("the network can't reach it: %1").arg(socket.errorString());
    default: return socket.errorString();
    }
}

Task<> lineNews(std::shared_ptr<QSslSocket> socket, QDeadlineTimer deadline, std::stop_token stop)
{
    auto waker = Waker::create(stop);
    auto timer = std::shared_ptr<QTimer>(new QTimer, [](QTimer* old) { old->deleteLater(); });
    timer->setSingleShot(true);
    const std::function<void()> fire = [waker] { waker->fire(); };
    QObject::connect(timer.get(), &QTimer::timeout, timer.get(), fire);
    QObject::connect(socket.get(), &QSslSocket::readyRead, timer.get(), fire);
    QObject::connect(socket.get(), &QSslSocket::connected, timer.get(), fire);
    QObject::connect(socket.get(), &QSslSocket::encrypted, timer.get(), fire);
    QObject::connect(socket.get(), &QSslSocket::disconnected, timer.get(), fire);
    QObject::connect(socket.get(), &QSslSocket::errorOccurred, timer.get(), fire);
    timer->start(Milliseconds(std::max<qint64>(1, deadline.remainingTime())));
    auto wait = waker->wait();
    co_await wait;
    SY_CO_ALIVE(stop);
    co_return Ok{};
}

Task<Line> openLine(std::shared_ptr<Dialer> dialer, QString host, QString address, quint16 port, bool encrypted, QDeadlineTimer deadline, std::stop_token stop)
{
    Line line;
    line.tls.tried = encrypted;
    const Endpoint endpoint = dialer->route(address, port);
    if (endpoint.host.isEmpty()) {
        line.problem = address.isEmpty() ? QStringLiteral("the name has no address") : QStringLiteral("nothing listens at %1 port %2").arg(address).arg(port);
        co_return line;
    }
    line.socket = std::shared_ptr<QSslSocket>(new QSslSocket, [](QSslSocket* old) {
        old->abort();
        old->deleteLater();
    });
    auto alert = std::make_shared<int>(0);
    auto refused = std::make_shared<QString>();
    QObject::connect(line.socket.get(), &QSslSocket::alertReceived, line.socket.get(), [alert](QSsl::AlertLevel level, QSsl::AlertType type, const QString&) {
        if (level == QSsl::AlertLevel::Fatal)
            *alert = static_cast<int>(type);
    });
    QObject::connect(line.socket.get(), &QSslSocket::sslErrors, line.socket.get(), [refused](const QList<QSslError>& errors) {
        if (!errors.isEmpty())
            *refused = certificateProblem(errors.first());
    });
    line.socket->setProxy(QNetworkProxy::NoProxy);
    line.socket->setSslConfiguration(configuration(dialer->trustedRoots()));
    if (encrypted)
        line.socket->connectToHostEncrypted(endpoint.host, endpoint.port, host);
    else
        line.socket->connectToHost(endpoint.host, endpoint.port);
    while (true) {
        const bool up = encrypted ? line.socket->isEncrypted() : line.socket->state() == QAbstractSocket::ConnectedState;
        if (up)
            break;
        if (line.socket->error() != QAbstractSocket::UnknownSocketError || line.socket->state() == QAbstractSocket::UnconnectedState) {
            line.tls.alert = *alert;
            if (*alert != 0)
                line.tls.problem = QStringLiteral("%1 (alert %2)").arg(alertName(*alert)).arg(*alert);
            else if (!refused->isEmpty())
                line.tls.problem = *refused;
            readCertificate(*line.socket, &line.tls);
            line.problem = line.tls.problem.isEmpty() ? lineProblem(*line.socket) : line.tls.problem;
            break;
        }
        if (deadline.hasExpired()) {
            line.problem = line.socket->state() == QAbstractSocket::ConnectedState ? QStringLiteral("no TLS handshake in time") : QStringLiteral("no connection in time");
            break;
        }
        SY_CO_CHECK(co_await lineNews(line.socket, deadline, stop));
    }
    if (encrypted && line.problem.isEmpty()) {
        line.tls.ok = true;
        readCertificate(*line.socket, &line.tls);
    } else if (encrypted && line.tls.problem.isEmpty()) {
        line.tls.problem = line.problem;
    }
    co_return line;
}

} // namespace switchyard::probe
