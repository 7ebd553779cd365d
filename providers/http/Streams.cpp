#include "providers/http/ClientState.h"
#include "providers/http/LineCutter.h"
#include "providers/http/Problems.h"

#include <QNetworkProxy>
#include <QPointer>
#include <QRegularExpression>
#include <QSslConfiguration>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>

namespace switchyard::http {

namespace {
QNetworkReply::NetworkError networkError(QAbstractSocket::SocketError code)
{
    switch (code) {
    case QAbstractSocket::ConnectionRefusedError: return QNetworkReply::ConnectionRefusedError;
    case QAbstractSocket::HostNotFoundError: return QNetworkReply::HostNotFoundError;
    case QAbstractSocket::SslHandshakeFailedError: return QNetworkReply::SslHandshakeFailedError;
    case QAbstractSocket::RemoteHostClosedError: return QNetworkReply::RemoteHostClosedError;
    default: return QNetworkReply::UnknownNetworkError;
    }
}

} // namespace

/// The coroutines behind the two streams.
struct StreamWire {
    struct DropSocket {
        void operator()(QWebSocket* socket) const
        {
            socket->disconnect();
            socket->abort();
            socket->deleteLater();
        }
    };

    /// What arrived on a WebSocket while the coroutine slept.
    struct Mailbox {
        std::shared_ptr<Bell> bell = std::make_shared<Bell>();
        std::deque<QString> messages;
        bool opened = false;
        bool closed = false;
        bool pong = false;
        bool failed = false;
        QString problem;
        QAbstractSocket::SocketError code = QAbstractSocket::UnknownSocketError;
    };

    template<typename State>
    static Task<StreamEnd> lines(State state, QUrl url, std::vector<Header> headers, ApiClient::LineSink sink, std::function<void()> opened,
                                 std::stop_token stop)
    {
        if (const auto allowed = state->options.guard.check(url, state->profile.name); !allowed)
            co_return allowed.error();
        QNetworkRequest wire = state->wireRequest(url);
        for (const Header& header : headers)
            wire.setRawHeader(header.first, header.second);
        // Compression would hold lines back until a block is full.
        wire.setRawHeader("Accept-Encoding", "identity");
        auto manager = std::make_shared<QNetworkAccessManager>();
        manager->setProxy(QNetworkProxy::NoProxy);
        OwnedReply reply(manager->get(wire));
        auto bell = std::make_shared<Bell>();
        QObject context;
        QObject::connect(reply.get(), &QNetworkReply::readyRead, &context, [bell] { bell->ring(); });
        QObject::connect(reply.get(), &QNetworkReply::finished, &context, [bell] { bell->ring(); });
        QObject::connect(reply.get(), &QNetworkReply::metaDataChanged, &context, [bell] { bell->ring(); });

        std::unique_ptr<LineCutter> cutter;
        const QString label = QStringLiteral("GET log stream at %1").arg(url.host());
        while (true) {
            const Milliseconds limit = cutter ? state->options.streamIdle : state->options.deadline;
            auto hearing = Bell::heard(bell, limit, stop);
            const Result<> heard = co_await std::move(hearing);
            if (stop.stop_requested())
                co_return Error::cancelled();
            const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
            if (!heard) {
                if (!cutter)
                    co_return deadlineProblem(state->profile.name, limit, false);
                co_return StreamEnd{StreamEnd::Why::Idle, cutter->lastEventId(), cutter->lines()};
            }
            if (status >= 200 && status < 300 && !cutter) {
                state->say(LogLevel::Info, QStringLiteral("%1 -> %2").arg(label).arg(status));
                const QByteArray type = reply->header(QNetworkRequest::ContentTypeHeader).toByteArray();
                cutter = std::make_unique<LineCutter>(type.startsWith("text/event-stream"), sink);
                if (opened)
                    opened();
            }
            if (cutter) {
                const QByteArray chunk = reply->readAll();
                cutter->feed(chunk);
            }
            if (!reply->isFinished())
                continue;
            if (cutter) {
                cutter->finish();
                co_return StreamEnd{StreamEnd::Why::Closed, cutter->lastEventId(), cutter->lines()};
            }
            state->say(LogLevel::Warning, QStringLiteral("%1 -> %2").arg(label, status != 0 ? QString::number(status) : QStringLiteral("no answer")));
            if (status == 0)
                co_return problemOf(state->profile.name, url.host(), reply->error(), reply->errorString(), false);
            Response response;
            response.status = status;
            response.body = reply->readAll();
            response.provider = state->profile.name;
            response.call = label;
            co_return problemOf(state->profile.name, response, false, std::nullopt);
        }
    }

    template<typename State>
    static Task<StreamEnd> socket(State state, Request request, ApiClient::LineSink sink, std::function<void()> opened, std::stop_token stop)
    {
        QUrl url = QUrl(state->profile.baseUrl.toString(QUrl::FullyEncoded | QUrl::StripTrailingSlash) + request.path);
        if (!request.query.isEmpty())
            url.setQuery(request.query);
        url.setScheme(url.scheme() == QLatin1String("https") ? QStringLiteral("wss") : QStringLiteral("ws"));
        if (const auto allowed = state->options.guard.check(url, state->profile.name); !allowed)
            co_return allowed.error();

        std::unique_ptr<QWebSocket, DropSocket> link(new QWebSocket);
        link->setProxy(QNetworkProxy::NoProxy);
        auto box = std::make_shared<Mailbox>();
        QWebSocket* plain = link.get();
        QObject context;
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
        const auto failedSignal = &QWebSocket::errorOccurred;
#else
        const auto failedSignal = QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error);
#endif
        QObject::connect(plain, &QWebSocket::connected, &context, [box] { box->opened = true; box->bell->ring(); });
        QObject::connect(plain, &QWebSocket::disconnected, &context, [box] { box->closed = true; box->bell->ring(); });
        QObject::connect(plain, &QWebSocket::textMessageReceived, &context, [box](const QString& text) {
            box->messages.push_back(text);
            box->bell->ring();
        });
        QObject::connect(plain, &QWebSocket::pong, &context, [box] { box->pong = true; box->bell->ring(); });
        QObject::connect(plain, failedSignal, &context, [box, plain](QAbstractSocket::SocketError code) {
            box->failed = true;
            box->code = code;
            box->problem = plain->errorString();
            box->bell->ring();
        });
        QNetworkRequest wire(url);
        for (const Header& header : state->profile.headers)
            wire.setRawHeader(header.first, header.second);
        wire.setRawHeader("User-Agent", "Switchyard/" SWITCHYARD_VERSION);
        if (state->profile.authorization) {
            const Secret value = state->profile.authorization();
            wire.setRawHeader("Authorization", value.reveal());
        }
        if (!state->options.trustedRoots.isEmpty()) {
            QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
            tls.addCaCertificates(QSslCertificate::fromData(state->options.trustedRoots));
            link->setSslConfiguration(tls);
        }
        link->open(wire);

        const QString label = QStringLiteral("WebSocket %1").arg(request.path);
        StreamEnd end;
        bool told = false;
        bool pinged = false;
        while (true) {
            const Milliseconds limit = told ? state->options.streamIdle / 2 : state->options.deadline;
            auto hearing = Bell::heard(box->bell, limit, stop);
            const Result<> heard = co_await std::move(hearing);
            if (stop.stop_requested())
                co_return Error::cancelled();
            if (box->opened && !told) {
                told = true;
                state->say(LogLevel::Info, label + QStringLiteral(" -> open"));
                if (opened)
                    opened();
            }
            while (!box->messages.empty()) {
                const QString text = std::move(box->messages.front());
                box->messages.pop_front();
                ++end.lines;
                sink(text);
                if (stop.stop_requested())
                    co_return Error::cancelled();
            }
            if (box->closed || box->failed) {
                if (told)
                    co_return end;
                state->say(LogLevel::Warning, label + QStringLiteral(" -> refused: ") + box->problem);
                // Qt gives the status of a refused handshake in words only.
                static const QRegularExpression number(QStringLiteral("\\b([45]\\d\\d)\\b"));
                const auto match = number.match(box->problem);
                if (match.hasMatch()) {
                    Response response;
                    response.status = match.captured(1).toInt();
                    response.provider = state->profile.name;
                    response.call = label;
                    co_return problemOf(state->profile.name, response, false, std::nullopt);
                }
                co_return problemOf(state->profile.name, url.host(), networkError(box->code), box->problem, false);
            }
            if (heard) {
                pinged = false;
                continue;
            }
            if (!told)
                co_return deadlineProblem(state->profile.name, limit, false);
            if (pinged) {
                end.why = StreamEnd::Why::Idle;
                co_return end;
            }
            pinged = true;
            link->ping();
        }
    }
};

Task<StreamEnd> ApiClient::streamLines(QUrl url, std::vector<Header> headers, LineSink sink, std::function<void()> opened, std::stop_token stop) const
{
    return StreamWire::lines(m_state, std::move(url), std::move(headers), std::move(sink), std::move(opened), std::move(stop));
}

Task<StreamEnd> ApiClient::streamSocket(Request request, LineSink sink, std::function<void()> opened, std::stop_token stop) const
{
    return StreamWire::socket(m_state, std::move(request), std::move(sink), std::move(opened), std::move(stop));
}

} // namespace switchyard::http
