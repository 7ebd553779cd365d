#include "providers/simulator/HttpConnection.h"

#include "providers/simulator/ConnectionStream.h"

#include <QPointer>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTimer>
#include <QUrl>

#include <algorithm>
#include <sys/socket.h>

namespace switchyard::simulator {

namespace {

constexpr qint64 maximumHead = 64 * 1024;

QByteArray reasonOf(int status)
{
    static const std::map<int, QByteArray> reasons{{101, "Switching Protocols"}, {200, "OK"}, {201, "Created"}, {202, "Accepted"},
        {204, "No Content"}, {206, "Partial Content"}, {301, "Moved Permanently"}, {302, "Found"}, {303, "See Other"}, {304, "Not Modified"},
        {307, "Temporary Redirect"}, {308, "Permanent Redirect"}, {400, "Bad Request"}, {401, "Unauthorized"}, {402, "Payment Required"},
        {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"}, {406, "Not Acceptable"}, {408, "Request Timeout"},
        {409, "Conflict"}, {410, "Gone"}, {411, "Length Required"}, {412, "Precondition Failed"}, {413, "Payload Too Large"},
        {415, "Unsupported Media Type"}, {416, "Range Not Satisfiable"}, {422, "Unprocessable Entity"}, {423, "Locked"},
        {426, "Upgrade Required"}, {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"}, {500, "Internal Server Error"},
        {501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"}, {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"}};
    const auto found = reasons.find(status);
    return found == reasons.end() ? QByteArray("Status") : found->second;
}

/// QByteArray::left(-1) is empty, unlike QString's.
QByteArray before(const QByteArray& text, char mark)
{
    const qsizetype at = text.indexOf(mark);
    return at < 0 ? text : text.left(at);
}

bool mayHaveBody(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

QSslKey keyFrom(const QByteArray& pem)
{
    const QSslKey key(pem, QSsl::Ec);
    return key.isNull() ? QSslKey(pem, QSsl::Rsa) : key;
}

} // namespace

HttpConnection::HttpConnection(qintptr descriptor, std::shared_ptr<ServerSettings> settings, QObject* parent)
    : QObject(parent)
    , m_settings(std::move(settings))
{
    if (m_settings->certificates) {
        auto* ssl = new QSslSocket(this);
        connect(ssl, &QSslSocket::encrypted, this, [this] {
            m_state = State::Head;
            process();
        });
        m_socket = ssl;
        m_state = State::ClientHello;
    } else {
        m_socket = new QTcpSocket(this);
    }
    connect(m_socket, &QTcpSocket::readyRead, this, &HttpConnection::process);
    connect(m_socket, &QTcpSocket::disconnected, this, &HttpConnection::kill);
    if (!m_socket->setSocketDescriptor(descriptor)) {
        kill();
        return;
    }
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
}

HttpConnection::~HttpConnection() = default;

void HttpConnection::kill()
{
    if (!m_socket)
        return;
    QTcpSocket* socket = std::exchange(m_socket, nullptr);
    ++m_number;
    disconnect(socket, nullptr, this, nullptr);
    socket->abort();
    setParent(nullptr);
    deleteLater();
    if (const auto stream = m_stream.lock())
        stream->ended();
}

void HttpConnection::reset()
{
    if (!m_socket)
        return;
    const linger hard{1, 0}; // close() then sends RST whatever is still buffered
    ::setsockopt(int(m_socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    kill();
}

void HttpConnection::processLater()
{
    QMetaObject::invokeMethod(this, &HttpConnection::process, Qt::QueuedConnection);
}

void HttpConnection::process()
{
    if (m_processing || !m_socket)
        return;
    m_processing = true;
    const QPointer<HttpConnection> self(this);
    while (self && m_socket && step()) {
    }
    if (self)
        m_processing = false;
}

bool HttpConnection::step()
{
    switch (m_state) {
    case State::ClientHello:
        return peekClientHello();
    case State::Head:
        return readHead();
    case State::Body:
        return m_chunked ? readChunked() : readBody();
    case State::Draining:
        m_socket->readAll();
        return false;
    case State::Handshake:
    case State::Answering:
    case State::Streaming:
        return false;
    }
    return false;
}

bool HttpConnection::peekClientHello()
{
    const QByteArray data = m_socket->peek(300 * 1024);
    const ClientHello hello = readClientHello(data);
    if (!hello.valid) {
        m_keepAlive = false;
        refuse(400);
        return false;
    }
    if (!hello.complete)
        return false;
    m_sni = hello.serverName;
    const std::optional<CertificateAndKey> pair = m_settings->certificates(m_sni);
    const QPointer<HttpConnection> self(this);
    if (!self || !m_socket)
        return false;
    if (!pair) {
        // An alert record, fatal, handshake_failure (40): what OpenSSL sends without a certificate.
        m_socket->readAll();
        m_socket->write(QByteArray("\x15\x03\x03\x00\x02\x02\x28", 7));
        m_state = State::Draining;
        m_socket->disconnectFromHost();
        return false;
    }
    auto* ssl = static_cast<QSslSocket*>(m_socket);
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificateChain(QSslCertificate::fromData(pair->certPem, QSsl::Pem));
    configuration.setPrivateKey(keyFrom(pair->keyPem));
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    ssl->setSslConfiguration(configuration);
    m_state = State::Handshake;
    ssl->startServerEncryption();
    return false;
}

bool HttpConnection::readHead()
{
    while (m_socket->peek(2) == "\r\n") // RFC 9112 section 2.2: ignore an empty line before the request line
        m_socket->read(2);
    const QByteArray data = m_socket->peek(maximumHead);
    const qsizetype end = data.indexOf("\r\n\r\n");
    if (end < 0) {
        if (data.size() >= maximumHead)
            refuse(431);
        return false;
    }
    m_headSize = end + 4;
    m_request = {};
    m_upgrade = false;
    m_keepAlive = false; // until the head was understood
    if (!parseHead(data.left(end))) {
        refuse(400);
        return false;
    }
    const Headers& headers = m_request.headers;
    m_keepAlive = m_http10 ? headers.hasToken("Connection", "keep-alive") : !headers.hasToken("Connection", "close");
    if (m_request.method == "GET" && headers.hasToken("Upgrade", "websocket") && headers.hasToken("Connection", "upgrade")) {
        m_upgrade = true;
        dispatch();
        return false;
    }
    m_socket->read(m_headSize);
    m_chunked = headers.hasToken("Transfer-Encoding", "chunked");
    if (headers.has("Transfer-Encoding") && (!m_chunked || headers.has("Content-Length"))) {
        refuse(400);
        return false;
    }
    bool number = true;
    m_bodyLeft = headers.has("Content-Length") ? headers.value("Content-Length").toLongLong(&number) : 0;
    if (!number || m_bodyLeft < 0) {
        refuse(400);
        return false;
    }
    if (m_bodyLeft > m_settings->maximumBody) {
        refuse(413);
        return false;
    }
    m_chunk = Chunk::Size;
    m_state = State::Body;
    if ((m_chunked || m_bodyLeft > 0) && headers.hasToken("Expect", "100-continue"))
        m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
    return true;
}

bool HttpConnection::parseHead(const QByteArray& head)
{
    const QList<QByteArray> lines = head.split('\n');
    const QList<QByteArray> words = lines.first().trimmed().split(' ');
    if (words.size() != 3 || words.at(0).isEmpty() || words.at(1).isEmpty())
        return false;
    m_http10 = words.at(2) == "HTTP/1.0";
    if (!m_http10 && words.at(2) != "HTTP/1.1")
        return false;
    for (const char c : words.at(0)) {
        if (c < 'A' || c > 'Z')
            return false;
    }
    m_request.method = words.at(0);
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const QByteArray line = lines.at(i).endsWith('\r') ? lines.at(i).chopped(1) : lines.at(i);
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0 || line.left(colon).contains(' '))
            return false;
        m_request.headers.add(line.left(colon), line.mid(colon + 1).trimmed());
    }
    m_request.target = words.at(1);
    QByteArray host = m_request.headers.value("Host");
    if (m_request.target.startsWith("http://") || m_request.target.startsWith("https://")) { // as sent to a proxy
        const QUrl url = QUrl::fromEncoded(m_request.target, QUrl::StrictMode);
        if (!url.isValid())
            return false;
        host = url.host(QUrl::FullyEncoded).toLatin1();
        const qsizetype slash = m_request.target.indexOf('/', m_request.target.indexOf("//") + 2);
        m_request.target = slash < 0 ? QByteArray("/") : m_request.target.mid(slash);
    }
    if (!m_request.target.startsWith('/') && m_request.target != "*")
        return false;
    const qsizetype mark = m_request.target.indexOf('?');
    m_request.path = QUrl::fromPercentEncoding(before(m_request.target, '?'));
    if (mark >= 0)
        m_request.query = QUrlQuery(QString::fromLatin1(m_request.target.mid(mark + 1)));
    if (!host.startsWith('['))
        host = before(host, ':');
    m_request.host = QString::fromLatin1(host).toLower();
    m_request.peer = m_socket->peerAddress().toString() + u':' + QString::number(m_socket->peerPort());
    m_request.tls = bool(m_settings->certificates);
    m_request.sni = m_sni;
    return true;
}

bool HttpConnection::readBody()
{
    if (m_bodyLeft > 0) {
        const QByteArray part = m_socket->read(m_bodyLeft);
        if (part.isEmpty())
            return false;
        m_request.body += part;
        m_bodyLeft -= part.size();
        if (m_bodyLeft > 0)
            return m_socket->bytesAvailable() > 0;
    }
    dispatch();
    return false;
}

bool HttpConnection::readChunked()
{
    if (m_chunk == Chunk::Data) {
        const QByteArray part = m_socket->read(m_bodyLeft);
        if (part.isEmpty())
            return false;
        m_request.body += part;
        m_bodyLeft -= part.size();
        if (m_bodyLeft == 0)
            m_chunk = Chunk::DataEnd;
        return true;
    }
    if (!m_socket->canReadLine()) {
        if (m_socket->bytesAvailable() > 8192)
            refuse(400);
        return false;
    }
    const QByteArray line = m_socket->readLine(8192).trimmed();
    switch (m_chunk) {
    case Chunk::Size: {
        bool number = false;
        m_bodyLeft = before(line, ';').trimmed().toLongLong(&number, 16);
        if (!number || m_bodyLeft < 0) {
            refuse(400);
            return false;
        }
        if (m_request.body.size() + m_bodyLeft > m_settings->maximumBody) {
            refuse(413);
            return false;
        }
        m_chunk = m_bodyLeft == 0 ? Chunk::Trailer : Chunk::Data;
        return true;
    }
    case Chunk::DataEnd:
        if (!line.isEmpty()) {
            refuse(400);
            return false;
        }
        m_chunk = Chunk::Size;
        return true;
    case Chunk::Trailer:
        if (!line.isEmpty())
            return true;
        dispatch();
        return false;
    case Chunk::Data:
        break;
    }
    return false;
}

void HttpConnection::dispatch()
{
    m_state = State::Answering;
    const quint64 number = ++m_number;
    const QPointer<HttpConnection> self(this);
    const Reply reply = [self, number](Response response) {
        if (!self || !self->m_socket || self->m_number != number)
            return;
        ++self->m_number; // a second reply is too late
        if (response.delayMs > 0) {
            const quint64 waiting = self->m_number;
            const int delay = std::exchange(response.delayMs, 0);
            auto kept = std::make_shared<Response>(std::move(response));
            QTimer::singleShot(delay, self.data(), [self, waiting, kept] {
                if (self && self->m_number == waiting)
                    self->answer(std::move(*kept));
            });
            return;
        }
        self->answer(std::move(response));
    };
    if (!m_settings->handler) {
        reply(Response::empty(404));
        return;
    }
    const std::shared_ptr<ServerSettings> settings = m_settings; // the handler may delete the server
    settings->handler(m_request, reply);
}

void HttpConnection::answer(Response response)
{
    if (!m_socket)
        return;
    if (response.abort == Abort::Hang)
        return;
    if (response.abort == Abort::Reset) {
        reset();
        return;
    }
    if (m_upgrade && response.webSocket) {
        QTcpSocket* socket = std::exchange(m_socket, nullptr);
        disconnect(socket, nullptr, this, nullptr);
        socket->setParent(nullptr);
        m_settings->adoptWebSocket(socket, std::move(response.webSocket));
        setParent(nullptr);
        deleteLater();
        return;
    }
    if (m_upgrade) { // refused; QWebSocket waits for ever on a connection that stays open
        m_socket->read(m_headSize);
        m_keepAlive = false;
    }
    if (response.webSocket)
        response = Response::text(426, QStringLiteral("This address speaks WebSocket only.\n")).with("Upgrade", "websocket");
    if (response.stream && m_request.method != "HEAD")
        sendStream(response);
    else
        send(std::move(response));
}

QByteArray HttpConnection::headOf(const Response& response, const QByteArray& framing) const
{
    QByteArray head = "HTTP/1.1 " + QByteArray::number(response.status) + ' ' + reasonOf(response.status) + "\r\n";
    for (const auto& [name, value] : response.headers)
        head += name + ": " + value + "\r\n";
    head += framing;
    if (!m_keepAlive)
        head += "Connection: close\r\n";
    else if (m_http10)
        head += "Connection: keep-alive\r\n";
    return head + "\r\n";
}

void HttpConnection::send(Response response)
{
    const bool truncate = response.abort == Abort::Truncate;
    if (truncate || response.headers.hasToken("Connection", "close")) {
        m_keepAlive = false;
        response.headers.remove("Connection");
    }
    response.headers.remove("Content-Length");
    QByteArray framing;
    if (mayHaveBody(response.status) && !response.stream)
        framing = "Content-Length: " + QByteArray::number(response.body.size() + (truncate && response.body.isEmpty() ? 1 : 0)) + "\r\n";
    m_socket->write(headOf(response, framing));
    if (m_request.method != "HEAD" && mayHaveBody(response.status))
        m_socket->write(truncate ? response.body.left(response.body.size() / 2) : response.body);
    finished();
}

void HttpConnection::sendStream(const Response& response)
{
    const bool chunked = !m_http10;
    if (m_http10)
        m_keepAlive = false;
    m_state = State::Streaming;
    m_socket->write(headOf(response, chunked ? QByteArray("Transfer-Encoding: chunked\r\n") : QByteArray()));
    auto stream = std::make_shared<ConnectionStream>(this, chunked);
    m_stream = stream;
    response.stream(std::move(stream));
}

void HttpConnection::finished()
{
    if (!m_socket)
        return;
    m_stream.reset();
    if (m_keepAlive) {
        m_state = State::Head;
        processLater();
        return;
    }
    m_state = State::Draining;
    m_socket->disconnectFromHost();
}

/// Answers a broken request. What the client still sends is read away for a moment first: closing with unread bytes would reset the
/// connection and take the answer with it.
void HttpConnection::refuse(int status)
{
    m_keepAlive = false;
    m_state = State::Draining;
    ++m_number;
    Response response = Response::text(status, QString::fromLatin1(reasonOf(status)) + u'\n');
    m_socket->write(headOf(response, "Content-Length: " + QByteArray::number(response.body.size()) + "\r\n") + response.body);
    m_socket->readAll();
    QTimer::singleShot(300, this, [this] {
        if (m_socket)
            m_socket->disconnectFromHost();
    });
}

} // namespace switchyard::simulator
