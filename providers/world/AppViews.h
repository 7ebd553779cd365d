#pragma once

#include "providers/simulator/HttpMessage.h"
#include "providers/world/RedisServer.h"
#include "providers/world/SampleApp.h"
#include "providers/world/Sql.h"

#include <QJsonObject>

#include <vector>

namespace switchyard::world {

/// What one request may use, on a worker thread.
struct ViewContext {
    Sql& sql;
    RedisLink& redis;
    AppSettings settings;
    QString side;
    std::vector<QJsonObject> broadcasts;   ///< sent to the sockets once the answer is made
    bool wantsSocket = false;              ///< the answer is a WebSocket
};

/// Answers one request of the app; see SampleApp for the list. The request passed host and CSRF checks.
[[nodiscard]] simulator::Response answerView(ViewContext& context, const simulator::Request& request);

/// A Celery message: base64 body, headers, a delivery tag.
[[nodiscard]] QByteArray celeryMessage(const QByteArray& task, const QJsonArray& arguments);

/// "pbkdf2_sha256$1000$salt$hash", as Django writes it.
[[nodiscard]] QByteArray hashPassword(const QByteArray& password, const QByteArray& salt);

} // namespace switchyard::world
