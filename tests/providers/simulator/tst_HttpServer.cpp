#include "providers/simulator/HttpServer.h"

#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPointer>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTest>
#include <QTimer>
#include <QWebSocket>

namespace switchyard::simulator {

/// A bare client that sends exactly the bytes it is told and collects what comes back.
class RawClient {
public:
    explicit RawClient(quint16 port)
    {
        QObject::connect(&socket, &QTcpSocket::readyRead, [this] { got += socket.readAll(); });
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    }
    QTcpSocket socket;
    QByteArray got;
};

class tst_HttpServer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answersPipelinedRequestsInOrder();
    void readsChunkedBodiesAfterContinue();
    void refusesBrokenAndTooLarge_data();
    void refusesBrokenAndTooLarge();
    void headHasNoBody();
    void streamsUntilTheClientLeaves();
    void lateReplyToAGoneClientIsDropped();
    void answersWrongOnPurpose();
    void takesAbsoluteTargets();
    void webSocketSeesPathAndHeaders();
    void survivesClientsThatVanish();
};

void tst_HttpServer::answersPipelinedRequestsInOrder()
{
    HttpServer server;
    server.setAsyncHandler([](const Request& request, const Reply& reply) {
        const int delay = request.path == QLatin1String("/slow") ? 60 : 0;
        Response response = Response::text(200, request.path + u'|');
        response.delayMs = delay;
        reply(std::move(response));
    });
    QVERIFY(server.listen());
    RawClient client(server.port());
    client.socket.write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nPOST /second HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                        "GET /third HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    QTRY_COMPARE(client.socket.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(client.got.count("HTTP/1.1 200 OK"), 3);
    QVERIFY(client.got.indexOf("/slow|") < client.got.indexOf("/second|"));
    QVERIFY(client.got.indexOf("/second|") < client.got.indexOf("/third|"));
    QTRY_COMPARE(server.connectionCount(), 0);
}

void tst_HttpServer::readsChunkedBodiesAfterContinue()
{
    HttpServer server;
    server.setHandler([](const Request& request) { return Response::text(200, QString::fromUtf8(request.body)); });
    QVERIFY(server.listen());
    RawClient client(server.port());
    client.socket.write("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
    QTRY_VERIFY(client.got.startsWith("HTTP/1.1 100 Continue\r\n\r\n"));
    for (const char* piece : {"5\r", "\nhel", "lo\r\n", "6;ext=1\r\n world\r", "\n0\r\nX-Trailer: 1\r\n", "\r\n"}) {
        client.socket.write(piece);
        QTRY_COMPARE(client.socket.bytesToWrite(), 0);
    }
    QTRY_VERIFY(client.got.endsWith("\r\n\r\nhello world"));
}

void tst_HttpServer::refusesBrokenAndTooLarge_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("status");
    QTest::newRow("garbage") << QByteArray("\x01\x02\x03 nonsense\r\n\r\n") << QByteArray("400");
    QTest::newRow("no version") << QByteArray("GET /\r\n\r\n") << QByteArray("400");
    QTest::newRow("bad header") << QByteArray("GET / HTTP/1.1\r\nno colon\r\n\r\n") << QByteArray("400");
    QTest::newRow("length and chunked")
        << QByteArray("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n") << QByteArray("400");
    QTest::newRow("bad chunk") << QByteArray("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") << QByteArray("400");
    QTest::newRow("too large") << QByteArray("POST / HTTP/1.1\r\nContent-Length: 2000\r\n\r\n") + QByteArray(2000, 'x') << QByteArray("413");
    QTest::newRow("endless head") << QByteArray("GET / HTTP/1.1\r\nX: ") + QByteArray(70'000, 'x') << QByteArray("431");
}

void tst_HttpServer::refusesBrokenAndTooLarge()
{
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, status);
    HttpServer server;
    bool reached = false;
    server.setHandler([&](const Request&) {
        reached = true;
        return Response::empty(200);
    });
    server.setMaximumBody(1000);
    QVERIFY(server.listen());
    RawClient client(server.port());
    client.socket.write(sent);
    QTRY_COMPARE(client.socket.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(client.got.mid(9, 3), status);
    QVERIFY(!reached);
}

void tst_HttpServer::headHasNoBody()
{
    HttpServer server;
    server.setHandler([](const Request&) { return Response::text(200, QStringLiteral("body")); });
    QVERIFY(server.listen());
    RawClient client(server.port());
    client.socket.write("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    QTRY_COMPARE(client.socket.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(client.got.contains("Content-Length: 4"));
    QVERIFY(client.got.endsWith("\r\n\r\n"));
}

void tst_HttpServer::streamsUntilTheClientLeaves()
{
    HttpServer server;
    std::shared_ptr<StreamWriter> writer;
    bool closed = false;
    server.setHandler([&](const Request&) {
        Response response = Response::text(200, {});
        response.stream = [&](std::shared_ptr<StreamWriter> stream) {
            writer = std::move(stream);
            writer->onClosed([&] { closed = true; });
            writer->write("first\n");
        };
        return response;
    });
    QVERIFY(server.listen());
    QNetworkAccessManager manager;
    const QString address = server.url() + QStringLiteral("/logs");
    QNetworkReply* reply = manager.get(QNetworkRequest(QUrl(address)));
    QTRY_COMPARE(reply->bytesAvailable(), 6);
    QVERIFY(writer->write("second\n"));
    QTRY_COMPARE(reply->bytesAvailable(), 13);
    QCOMPARE(reply->readAll(), QByteArray("first\nsecond\n"));
    reply->abort();
    QTRY_VERIFY(closed);
    QVERIFY(!writer->isOpen());
    QVERIFY(!writer->write("into the void"));
    writer.reset();

    // Ended properly, the same connection serves again.
    closed = false;
    RawClient client(server.port());
    client.socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_VERIFY(client.got.endsWith("6\r\nfirst\n\r\n"));
    writer->close();
    QVERIFY(closed);
    QTRY_VERIFY(client.got.endsWith("0\r\n\r\n"));
    client.got.clear();
    client.socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_VERIFY(client.got.endsWith("6\r\nfirst\n\r\n"));
}

void tst_HttpServer::lateReplyToAGoneClientIsDropped()
{
    auto server = std::make_unique<HttpServer>();
    std::vector<Reply> waiting;
    server->setAsyncHandler([&](const Request&, Reply reply) { waiting.push_back(std::move(reply)); });
    QVERIFY(server->listen());
    auto client = std::make_unique<RawClient>(server->port());
    client->socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_COMPARE(waiting.size(), std::size_t(1));
    client->socket.abort();
    QTRY_COMPARE(server->connectionCount(), 0);
    waiting.front()(Response::text(200, QStringLiteral("late")));

    RawClient second(server->port());
    second.socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_COMPARE(waiting.size(), std::size_t(2));
    server.reset(); // with a request in flight
    waiting.back()(Response::text(200, QStringLiteral("late")));
    QTRY_COMPARE(second.socket.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(second.got.isEmpty());
}

void tst_HttpServer::answersWrongOnPurpose()
{
    HttpServer server;
    server.setHandler([](const Request& request) {
        Response response = Response::text(200, QStringLiteral("0123456789"));
        response.abort = request.path == QLatin1String("/reset") ? Abort::Reset
            : request.path == QLatin1String("/hang")             ? Abort::Hang
                                                                 : Abort::Truncate;
        return response;
    });
    QVERIFY(server.listen());
    QNetworkAccessManager manager;
    const auto get = [&](const QString& path) { return manager.get(QNetworkRequest(QUrl(server.url() + path))); };
    QNetworkReply* truncated = get(QStringLiteral("/truncate"));
    QTRY_VERIFY(truncated->isFinished());
    QCOMPARE(truncated->error(), QNetworkReply::RemoteHostClosedError);
    RawClient reset(server.port());
    reset.socket.write("GET /reset HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_COMPARE(reset.socket.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(reset.got.isEmpty());
    QNetworkRequest impatient(QUrl(server.url() + QStringLiteral("/hang")));
    impatient.setTransferTimeout(150);
    QNetworkReply* hanging = manager.get(impatient);
    QTRY_VERIFY(hanging->isFinished());
    QCOMPARE(hanging->error(), QNetworkReply::OperationCanceledError);
}

void tst_HttpServer::takesAbsoluteTargets()
{
    HttpServer server;
    Request seen;
    server.setHandler([&](const Request& request) {
        seen = request;
        return Response::empty(204);
    });
    QVERIFY(server.listen());
    RawClient client(server.port());
    client.socket.write("GET http://App.Example.test:80/a%20b?x=1%2B2+3 HTTP/1.1\r\nHost: other\r\nAccept: x/y\r\n\r\n");
    QTRY_VERIFY(client.got.startsWith("HTTP/1.1 204"));
    QCOMPARE(seen.host, QStringLiteral("app.example.test"));
    QCOMPARE(seen.path, QStringLiteral("/a b"));
    QCOMPARE(seen.queryValue(QStringLiteral("x")), QStringLiteral("1+2 3"));
    QCOMPARE(seen.header("aCCept"), QByteArray("x/y"));
    QVERIFY(!client.got.contains("Content-Length"));
}

void tst_HttpServer::webSocketSeesPathAndHeaders()
{
    HttpServer server;
    QPointer<QWebSocket> peer;
    server.setHandler([&](const Request& request) {
        if (request.bearer() != "good")
            return Response::text(401, QStringLiteral("no"));
        Response response;
        response.webSocket = [&, path = request.path](QWebSocket* socket) {
            peer = socket;
            QObject::connect(socket, &QWebSocket::textMessageReceived, socket,
                             [socket, path](const QString& text) { socket->sendTextMessage(path + u' ' + text); });
        };
        return response;
    });
    QVERIFY(server.listen());
    QWebSocket refused;
    QNetworkRequest request(QUrl(QStringLiteral("ws://127.0.0.1:%1/ws/board").arg(server.port())));
    refused.open(request);
    QTRY_COMPARE(refused.state(), QAbstractSocket::UnconnectedState);

    QWebSocket socket;
    QString got;
    QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket, [&](const QString& text) { got = text; });
    request.setRawHeader("Authorization", "Bearer good");
    socket.open(request);
    QTRY_COMPARE(socket.state(), QAbstractSocket::ConnectedState);
    socket.sendTextMessage(QStringLiteral("hello"));
    QTRY_COMPARE(got, QStringLiteral("/ws/board hello"));
    socket.abort();
    QTRY_VERIFY(!peer);
    QTRY_COMPARE(server.connectionCount(), 0);

    // Plain HTTP on the same address is told to upgrade.
    RawClient client(server.port());
    client.socket.write("GET /ws/board HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n");
    QTRY_VERIFY(client.got.startsWith("HTTP/1.1 426"));
}

void tst_HttpServer::survivesClientsThatVanish()
{
    HttpServer server;
    std::vector<std::shared_ptr<StreamWriter>> writers;
    std::vector<Reply> waiting;
    server.setAsyncHandler([&](const Request& request, Reply reply) {
        Response response;
        if (request.path == QLatin1String("/later")) {
            waiting.push_back(std::move(reply));
            return;
        }
        if (request.path == QLatin1String("/ws")) {
            response.webSocket = [](QWebSocket* socket) { socket->sendTextMessage(QString(100'000, u'x')); };
        } else if (request.path == QLatin1String("/stream")) {
            response.stream = [&](std::shared_ptr<StreamWriter> stream) {
                stream->write(QByteArray(300'000, 'x'));
                writers.push_back(std::move(stream));
            };
        } else {
            response.body = QByteArray(300'000, 'x');
            response.delayMs = request.path == QLatin1String("/slow") ? 5 : 0;
        }
        reply(std::move(response));
    });
    QVERIFY(server.listen());
    const QByteArray upgrade = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    QByteArrayList requests{upgrade, "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"};
    for (const char* path : {"/", "/slow", "/stream", "/later"})
        requests.append(QByteArray("GET ") + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    for (int round = 0; round < 10; ++round) {
        std::vector<std::unique_ptr<QTcpSocket>> clients;
        for (const QByteArray& request : std::as_const(requests)) {
            for (const qsizetype size : {request.size() / 3, request.size()}) {
                clients.push_back(std::make_unique<QTcpSocket>());
                clients.back()->connectToHost(QHostAddress(QHostAddress::LocalHost), server.port());
                clients.back()->write(request.left(size));
            }
        }
        QTest::qWait(round * 2); // a different moment of the exchange each time
        for (const auto& client : clients)
            client->abort();
        for (const auto& writer : writers)
            writer->write("more");
        for (const Reply& reply : waiting)
            reply(Response::empty(200));
        if (round % 3 == 2)
            server.dropConnections();
    }
    QTRY_COMPARE(server.connectionCount(), 0);
    RawClient client(server.port());
    client.socket.write("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    QTRY_VERIFY(client.got.startsWith("HTTP/1.1 200"));
}

} // namespace switchyard::simulator

QTEST_GUILESS_MAIN(switchyard::simulator::tst_HttpServer)
#include "tst_HttpServer.moc"
