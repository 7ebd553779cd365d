#pragma once

#include "app/ports/Account.h"
#include "providers/http/Options.h"
#include "providers/simulator/HttpServer.h"
#include "providers/simulator/Simulator.h"
#include "tests/kit/FakeClock.h"
#include "tests/providers/http/SpecCheck.h"

#include <QTimer>

namespace switchyard::test {

/// A simulator behind its HTTP server, on a clock that runs about 200 times as fast as the wall; remembers what clients asked.
template<typename Simulator>
struct SimulatorBench {
    FakeClock clock;
    Simulator simulator{&clock, {}};
    simulator::HttpServer server;
    QTimer pace;
    std::vector<ScriptedServer::Call> calls;
    std::vector<LogLine> log;
    http::Options options;
    Account account;

    SimulatorBench()
    {
        server.setAsyncHandler([this](simulator::Request request, simulator::Reply reply) {
            ScriptedServer::Call call;
            call.method = request.method;
            call.path = request.path;
            call.rawPath = QString::fromLatin1(request.target);
            call.query = request.query;
            call.body = request.body;
            for (const auto& [name, value] : request.headers)
                call.headers.insert(name.toLower(), value);
            calls.push_back(std::move(call));
            simulator.handle(std::move(request), std::move(reply));
        });
        server.listen();
        QObject::connect(&pace, &QTimer::timeout, &pace, [this] { clock.advance(Seconds(1)); });
        pace.start(5);
        options.backOff = Milliseconds(2);
        options.pollEvery = Milliseconds(5);
        options.reconnect = Milliseconds(5);
        options.longestWait = Milliseconds(300);
        options.guard.active = true;
        options.guard.ports.insert(server.port());
        options.log = [this](LogLine line) { log.push_back(std::move(line)); };
    }
    [[nodiscard]] int count(const QByteArray& method, const QString& pathEnd) const
    {
        return static_cast<int>(std::count_if(calls.begin(), calls.end(), [&](const ScriptedServer::Call& c) { return c.method == method && c.path.endsWith(pathEnd); }));
    }
    /// The first call that the published description doesn't know, in words; empty when it knows all but those that end with `except`.
    [[nodiscard]] QString undescribed(const SpecCheck& spec, const QString& base, const QStringList& except = {}) const
    {
        for (const ScriptedServer::Call& call : calls) {
            const bool known = std::any_of(except.begin(), except.end(), [&](const QString& end) { return call.path.contains(end); });
            const QString complaint = known ? QString() : spec.complaint(call, base);
            if (!complaint.isEmpty())
                return complaint;
        }
        return {};
    }
};

} // namespace switchyard::test
