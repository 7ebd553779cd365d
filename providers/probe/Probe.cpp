#include "providers/probe/Probe.h"
#include "app/base/CopyOf.h"

#include "providers/probe/Frames.h"
#include "providers/probe/HttpReader.h"
#include "providers/probe/Line.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QPointer>
#include <QRandomGenerator>
#include <QUrl>

#include <algorithm>

namespace switchyard {

namespace {

using probe::FrameReader;
using probe::HttpReader;
using probe::Line;

constexpr qsizetype kBodyCap = 256 * 1024;

struct Target {
    QString host;
    quint16 port = 0;
    bool encrypted = false;
    QByteArray head;   ///< request line and headers, without the closing empty line
};

bool named(const std::vector<HttpHeader>& headers, const QByteArray& name)
{
    return std::any_of(headers.begin(), headers.end(), [&](const HttpHeader& h) { return h.name.compare(name, Qt::CaseInsensitive) == 0; });
}

/// Checks the URL and writes the request's head. `schemes`: what may be asked here.
Result<Target> targetOf(const ProbeRequest& request, const QStringList& schemes)
{
    const QUrl url(request.url, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || !schemes.contains(url.scheme())) {
        return Error::invalid(QStringLiteral("%1 can't be asked.").arg(url.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery)), QStringLiteral("A check needs a whole address."),
                              QStringLiteral("Write it as %1://host/path.").arg(schemes.first()));
    }
    for (const HttpHeader& h : request.headers) {
        if ((h.name + h.value + request.method).contains('\n') || (h.name + h.value + request.method).contains('\r'))
            return Error::invalid(QStringLiteral("A header of the check holds a line break."), {}, QStringLiteral("Write it on one line."));
    }
    Target target;
    target.encrypted = url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("wss");
    const int usual = target.encrypted ? 443 : 80;
    target.port = static_cast<quint16>(url.port(usual));
    target.host = url.host(QUrl::FullyEncoded);
    QByteArray path = url.path(QUrl::FullyEncoded).toLatin1();
    if (path.isEmpty())
        path = "/";
    if (url.hasQuery())
        path += '?' + url.query(QUrl::FullyEncoded).toLatin1();
    target.head = request.method.toUpper() + ' ' + path + " HTTP/1.1\r\n";
    if (!named(request.headers, "Host")) {
        target.head += "Host: " + target.host.toLatin1();
        if (target.port != usual)
            target.head += ':' + QByteArray::number(target.port);
        target.head += "\r\n";
    }
    if (!named(request.headers, "User-Agent"))
        target.head += "User-Agent: Switchyard/" SWITCHYARD_VERSION "\r\n";
    for (const HttpHeader& h : request.headers)
        target.head += h.name + ": " + h.value + "\r\n";
    return target;
}

TimePoint stamp(const QPointer<Clock>& clock) { return clock ? clock->now() : SystemClock().now(); }

Task<ProbeAnswer> refuseAnswer(Error error) { co_return error; }
Task<std::shared_ptr<ProbeSocket>> refuseSocket(Error error) { co_return error; }

/// Sends `head` and reads until the reader is done. Returns why there is no whole answer; empty when there is one.
Task<QString> exchange(Line line, QByteArray bytes, std::shared_ptr<HttpReader> reader, QDeadlineTimer deadline, std::stop_token stop)
{
    line.socket->write(bytes);
    while (!reader->done()) {
        reader->feed(line.socket->readAll());
        if (reader->done())
            break;
        if (line.socket->state() != QAbstractSocket::ConnectedState && line.socket->bytesAvailable() == 0) {
            const auto error = line.socket->error();
            if (error == QAbstractSocket::RemoteHostClosedError || error == QAbstractSocket::UnknownSocketError)
                reader->closed();
            else
                co_return probe::lineProblem(*line.socket);
            break;
        }
        if (deadline.hasExpired())
            co_return reader->status == 0 ? QStringLiteral("no answer in time") : QStringLiteral("the answer didn't end in time");
        SY_CO_CHECK(co_await probe::lineNews(line.socket, deadline, stop));
    }
    co_return reader->problem();
}

Task<ProbeAnswer> fetchOnce(std::shared_ptr<Dialer> dialer, QPointer<Clock> clock, Target target, ProbeRequest request, std::stop_token stop)
{
    QElapsedTimer took;
    took.start();
    const QDeadlineTimer deadline(request.timeout);
    ProbeAnswer answer;
    answer.address = request.address;
    SY_CO_TRY(Line line, co_await probe::openLine(dialer, target.host, request.address, target.port, target.encrypted, deadline, stop));
    answer.tls = line.tls;
    answer.problem = line.problem;
    if (line.open()) {
        QByteArray bytes = target.head;
        if (!named(request.headers, "Accept"))
            bytes += "Accept: */*\r\n";
        if (!request.body.isEmpty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH")
            bytes += "Content-Length: " + QByteArray::number(request.body.size()) + "\r\n";
        bytes += "Connection: close\r\n\r\n" + request.body;
        auto reader = std::make_shared<HttpReader>(request.method.compare("HEAD", Qt::CaseInsensitive) == 0, kBodyCap);
        SY_CO_TRY(answer.problem, co_await exchange(line, bytes, reader, deadline, stop));
        if (answer.problem.isEmpty()) {
            answer.status = reader->status;
            answer.headers = reader->headers;
            answer.body = reader->body;
        }
    }
    answer.took = Milliseconds(took.elapsed());
    answer.at = stamp(clock);
    co_return answer;
}

Task<TlsState> handshakeOnce(std::shared_ptr<Dialer> dialer, QString host, QString address, std::stop_token stop)
{
    const QDeadlineTimer deadline(Milliseconds(10'000));
    SY_CO_TRY(Line line, co_await probe::openLine(dialer, host, address, 443, true, deadline, stop));
    co_return copyOf(line.tls);
}

/// What a WebSocket and its waiting receivers share; outlives the socket object so that a receiver never reads freed memory.
struct SocketState {
    std::shared_ptr<QSslSocket> socket;
    FrameReader frames;
    bool closing = false;
    void pump()
    {
        frames.feed(socket->readAll());
        if (!frames.replies.isEmpty())
            socket->write(std::exchange(frames.replies, {}));
        if (frames.closeCode != 0 && !std::exchange(closing, true))
            socket->disconnectFromHost();
    }
    [[nodiscard]] bool gone() const { return frames.closeCode != 0 || socket->state() != QAbstractSocket::ConnectedState; }
};

Error closedError(const SocketState& state)
{
    Error error = Error::invalid(QStringLiteral("The WebSocket is closed."), QStringLiteral("The server ended it or the connection broke."), QStringLiteral("Open it again."));
    error.kind = ErrorKind::Network;
    error.code = QString::number(state.frames.closeCode == 0 ? 1006 : state.frames.closeCode);
    error.retryable = true;
    return error;
}

Task<QByteArray> receiveText(std::shared_ptr<SocketState> state, Milliseconds timeout, std::stop_token stop)
{
    const QDeadlineTimer deadline(timeout);
    while (true) {
        state->pump();
        if (!state->frames.texts.empty()) {
            QByteArray text = std::move(state->frames.texts.front());
            state->frames.texts.pop_front();
            co_return text;
        }
        if (state->gone())
            co_return closedError(*state);
        if (deadline.hasExpired()) {
            Error late = Error::invalid(QStringLiteral("No WebSocket message came within %1.").arg(durationProse(timeout)));
            late.kind = ErrorKind::Timeout;
            late.retryable = true;
            co_return late;
        }
        SY_CO_CHECK(co_await probe::lineNews(state->socket, deadline, stop));
    }
}

class LineSocket final : public ProbeSocket {
public:
    explicit LineSocket(std::shared_ptr<SocketState> state) : m_state(std::move(state)) {}
    ~LineSocket() override { close(); }
    [[nodiscard]] Task<> send(QByteArray text, std::stop_token) override { return sendNow(m_state, std::move(text)); }
    [[nodiscard]] Task<QByteArray> receive(Milliseconds timeout, std::stop_token stop) override { return receiveText(m_state, timeout, std::move(stop)); }
    void close() override
    {
        if (m_state->gone() || std::exchange(m_state->closing, true))
            return;
        m_state->socket->write(probe::frame(probe::Opcode::Close, QByteArray::fromHex("03e8")));
        m_state->socket->disconnectFromHost();
    }

private:
    static Task<> sendNow(std::shared_ptr<SocketState> state, QByteArray text)
    {
        if (state->gone() || state->closing)
            co_return closedError(*state);
        state->socket->write(probe::frame(probe::Opcode::Text, text));
        co_return Ok{};
    }
    std::shared_ptr<SocketState> m_state;
};

Error notOpened(const QString& url, const QString& why, int status)
{
    Error error = Error::invalid(QStringLiteral("The WebSocket %1 didn't open: %2.").arg(QUrl(url).toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery), why),
                                 QStringLiteral("Live updates don't reach visitors there."), QStringLiteral("Look at the side that answers this name."));
    error.kind = status == 0 ? ErrorKind::Network : ErrorKind::Http;
    error.code = status == 0 ? QString() : QString::number(status);
    error.retryable = true;
    return error;
}

Task<std::shared_ptr<ProbeSocket>> openOnce(std::shared_ptr<Dialer> dialer, Target target, ProbeRequest request, std::stop_token stop)
{
    const QDeadlineTimer deadline(request.timeout);
    SY_CO_TRY(Line line, co_await probe::openLine(dialer, target.host, request.address, target.port, target.encrypted, deadline, stop));
    if (!line.open())
        co_return notOpened(request.url, line.problem, 0);
    QByteArray nonce(16, Qt::Uninitialized);
    QRandomGenerator::system()->fillRange(reinterpret_cast<quint32*>(nonce.data()), 4);
    const QByteArray key = nonce.toBase64();
    const QByteArray bytes = target.head + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\n\r\n";
    auto reader = std::make_shared<HttpReader>(false, kBodyCap);
    SY_CO_TRY(const QString problem, co_await exchange(line, bytes, reader, deadline, stop));
    if (!problem.isEmpty())
        co_return notOpened(request.url, problem, 0);
    if (reader->status != 101)
        co_return notOpened(request.url, QStringLiteral("it answered %1").arg(reader->status), reader->status);
    // RFC 6455, section 4.1: proof that the server read this very request.
    const QByteArray proof = QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1).toBase64();
    ProbeAnswer head;
    head.headers = reader->headers;
    if (head.header("Sec-WebSocket-Accept") != proof)
        co_return notOpened(request.url, QStringLiteral("its answer doesn't belong to the request"), 101);
    auto state = std::make_shared<SocketState>();
    state->socket = line.socket;
    state->frames.feed(reader->rest());
    // Pings are answered also while nobody receives.
    std::weak_ptr<SocketState> weak = state;
    QObject::connect(line.socket.get(), &QSslSocket::readyRead, line.socket.get(), [weak] {
        if (auto alive = weak.lock())
            alive->pump();
    });
    std::shared_ptr<ProbeSocket> socket = std::make_shared<LineSocket>(state);
    co_return socket;
}

class LineProber final : public Prober {
public:
    LineProber(std::shared_ptr<Dialer> dialer, Clock* clock) : m_dialer(std::move(dialer)), m_clock(clock) {}
    [[nodiscard]] Task<ProbeAnswer> fetch(ProbeRequest request, std::stop_token stop) override
    {
        auto target = targetOf(request, {QStringLiteral("https"), QStringLiteral("http")});
        if (!target)
            return refuseAnswer(std::move(target).error());
        return fetchOnce(m_dialer, m_clock, std::move(*target), std::move(request), std::move(stop));
    }
    [[nodiscard]] Task<TlsState> handshake(QString host, QString address, std::stop_token stop) override
    {
        return handshakeOnce(m_dialer, std::move(host), std::move(address), std::move(stop));
    }
    [[nodiscard]] Task<std::shared_ptr<ProbeSocket>> openSocket(ProbeRequest request, std::stop_token stop) override
    {
        request.method = "GET";
        auto target = targetOf(request, {QStringLiteral("wss"), QStringLiteral("ws")});
        if (!target)
            return refuseSocket(std::move(target).error());
        return openOnce(m_dialer, std::move(*target), std::move(request), std::move(stop));
    }

private:
    std::shared_ptr<Dialer> m_dialer;
    QPointer<Clock> m_clock;
};

} // namespace

std::shared_ptr<Prober> makeProber(std::shared_ptr<Dialer> dialer, Clock* clock) { return std::make_shared<LineProber>(std::move(dialer), clock); }

} // namespace switchyard
