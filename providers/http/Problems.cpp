#include "providers/http/Problems.h"

#include "app/base/Redactor.h"
#include "app/base/Units.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace switchyard::http {

QString refusalOf(const QByteArray& body)
{
    const QJsonObject object = QJsonDocument::fromJson(body).object();
    QString text = object[QLatin1String("message")].toString();
    QString code = object[QLatin1String("id")].toString();
    if (code.isEmpty())
        code = object[QLatin1String("code")].toVariant().toString();
    const QJsonArray errors = object[QLatin1String("errors")].toArray();
    if (text.isEmpty() && !errors.isEmpty()) {
        const QJsonObject first = errors.at(0).toObject();
        text = first[QLatin1String("message")].toString();
        code = first[QLatin1String("code")].toVariant().toString();
    }
    if (text.isEmpty())
        text = object[QLatin1String("error")].toString();
    if (text.isEmpty())
        return {};
    // A request id says nothing to a person; it is in the log line of the call.
    static const QRegularExpression requestId(QStringLiteral("^[0-9a-f-]{12,}$"));
    if (!code.isEmpty() && !text.contains(code) && !requestId.match(code).hasMatch())
        text += QStringLiteral(" (%1)").arg(code);
    return Redactor::instance().redact(text.simplified().left(300));
}

namespace {
QString withReason(const QString& sentence, const QString& reason)
{
    if (reason.isEmpty())
        return sentence + u'.';
    return sentence + QStringLiteral(": ") + reason + (reason.endsWith(u'.') ? QString() : QStringLiteral("."));
}
QString nothingChanged(bool writes)
{
    return writes ? QStringLiteral("Nothing was changed.") : QStringLiteral("What is shown may be out of date.");
}
QString perhapsChanged(bool writes)
{
    return writes ? QStringLiteral("The change may or may not have been carried out.") : QStringLiteral("What is shown may be out of date.");
}
} // namespace

Error problemOf(const QString& provider, const Response& response, bool writes, std::optional<Milliseconds> retryAfter)
{
    const QString reason = refusalOf(response.body);
    Error error;
    error.kind = ErrorKind::Http;
    error.code = QString::number(response.status);
    error.means = nothingChanged(writes);
    error.detail = response.call + QStringLiteral(" -> ") + error.code;
    if (!response.requestId.isEmpty())
        error.detail += QStringLiteral(", request ") + response.requestId;
    if (!reason.isEmpty())
        error.detail += QStringLiteral(": ") + reason;
    const int status = response.status;
    if (status == 401) {
        error.kind = ErrorKind::Auth;
        error.happened = QStringLiteral("%1 doesn't accept the token.").arg(provider); // its own words say no more
        error.remedy = QStringLiteral("The token has expired or was revoked: make a new one at %1 and enter it under Accounts.").arg(provider);
    } else if (status == 403) {
        error.kind = ErrorKind::Auth;
        error.happened = withReason(QStringLiteral("%1 doesn't allow this with the token in use").arg(provider), reason);
        error.remedy = QStringLiteral("Give the token the missing right at %1, or use one of a person who has it.").arg(provider);
    } else if (status == 402) {
        error.happened = withReason(QStringLiteral("%1 asks for a paid plan").arg(provider), reason);
        error.remedy = QStringLiteral("Look at billing at %1, then try again.").arg(provider);
    } else if (status == 404) {
        error.happened = withReason(QStringLiteral("%1 doesn't know what was asked for").arg(provider), reason);
        error.remedy = QStringLiteral("Check the name in the plan, and that the token belongs to the right account.");
    } else if (status == 409) {
        error.kind = ErrorKind::Conflict;
        error.happened = withReason(QStringLiteral("%1 refused because of what is there already").arg(provider), reason);
        error.remedy = QStringLiteral("Look at the present state at %1 and decide again.").arg(provider);
    } else if (status == 429) {
        error.kind = ErrorKind::RateLimited;
        error.retryable = true;
        error.retryAfter = retryAfter;
        error.happened = withReason(QStringLiteral("%1 has had too many calls").arg(provider), reason);
        error.remedy = retryAfter ? QStringLiteral("Try again in %1.").arg(durationProse(*retryAfter)) : QStringLiteral("Wait a minute, then try again.");
    } else if (status == 400 || status == 422 || status == 406 || status == 423) {
        error.happened = withReason(writes ? QStringLiteral("%1 refused the change").arg(provider) : QStringLiteral("%1 refused the question").arg(provider), reason);
        error.remedy = QStringLiteral("Correct what %1 names, then try again.").arg(provider);
    } else if (status >= 500) {
        error.retryable = true;
        error.happened = QStringLiteral("%1 has a problem of its own and answered %2.").arg(provider).arg(status);
        error.means = perhapsChanged(writes);
        error.remedy = QStringLiteral("Look at the status page of %1, check the present state, then try again.").arg(provider);
    } else if (status >= 300 && status < 400) {
        error.happened = QStringLiteral("%1 sent the call elsewhere, and Switchyard doesn't follow to another host.").arg(provider);
        error.remedy = QStringLiteral("Check the base URL of the account.");
    } else {
        error.happened = withReason(QStringLiteral("%1 answered %2").arg(provider).arg(status), reason);
        error.remedy = QStringLiteral("Look at the log for the call, then try again.");
    }
    return error;
}

Error problemOf(const QString& provider, const QString& host, QNetworkReply::NetworkError code, const QString& text, bool writes)
{
    Error error;
    error.kind = ErrorKind::Network;
    error.retryable = true;
    error.means = nothingChanged(writes);
    error.detail = Redactor::instance().redact(text);
    switch (code) {
    case QNetworkReply::HostNotFoundError:
        error.happened = QStringLiteral("The name %1 of %2 could not be resolved.").arg(host, provider);
        error.remedy = QStringLiteral("Check this machine's network and the base URL of the account, then try again.");
        break;
    case QNetworkReply::ConnectionRefusedError:
        error.happened = QStringLiteral("%1 refused the connection at %2.").arg(provider, host);
        error.remedy = QStringLiteral("Check the base URL and port of the account, then try again.");
        break;
    case QNetworkReply::SslHandshakeFailedError:
        error.kind = ErrorKind::Auth;
        error.retryable = false;
        error.happened = QStringLiteral("The certificate of %1 at %2 can't be trusted.").arg(provider, host);
        error.means = QStringLiteral("Somebody may stand between this machine and %1; nothing was sent.").arg(provider);
        error.remedy = QStringLiteral("Check this machine's clock and network, and try from another network.");
        break;
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError:
        error.happened = QStringLiteral("%1 closed the connection before it answered.").arg(provider);
        error.means = perhapsChanged(writes);
        error.remedy = QStringLiteral("Check the present state, then try again.");
        break;
    default:
        error.happened = QStringLiteral("The connection to %1 at %2 failed.").arg(provider, host);
        error.means = perhapsChanged(writes);
        error.remedy = QStringLiteral("Check this machine's network, then try again.");
    }
    return error;
}

Error deadlineProblem(const QString& provider, Milliseconds deadline, bool writes)
{
    Error error;
    error.kind = ErrorKind::Timeout;
    error.retryable = true;
    error.happened = QStringLiteral("%1 did not answer within %2.").arg(provider, durationProse(deadline));
    error.means = perhapsChanged(writes);
    error.remedy = QStringLiteral("Check the present state, then try again.");
    return error;
}

Error changedMeanwhile(const QString& provider, const QString& what, const QString& expected, const QString& found)
{
    Error error;
    error.kind = ErrorKind::Conflict;
    error.happened = QStringLiteral("At %1, %2 is %3 and not %4.").arg(provider, what, found, expected);
    error.means = QStringLiteral("Somebody changed it since it was read; nothing was written.");
    error.remedy = QStringLiteral("Read again, look at the difference and decide.");
    return error;
}

Error notThere(const QString& provider, const QString& what)
{
    Error error;
    error.kind = ErrorKind::Conflict;
    error.happened = QStringLiteral("%1 took the change, but %2 reads differently afterwards.").arg(provider, what);
    error.means = QStringLiteral("Somebody or something else wrote at the same time.");
    error.remedy = QStringLiteral("Read again, look at the difference and decide.");
    return error;
}

Error notOffered(const QString& provider, const QString& what, const QString& instead)
{
    return Error::invalid(QStringLiteral("%1 doesn't offer %2.").arg(provider, what), QStringLiteral("Nothing was sent."),
                          instead.isEmpty() ? QStringLiteral("Take this step out of the plan, or do it by hand.") : instead);
}

Error waitedTooLong(const QString& provider, const QString& what, Milliseconds limit)
{
    Error error;
    error.kind = ErrorKind::Timeout;
    error.retryable = true;
    error.happened = QStringLiteral("%1 still isn't done with %2 after %3.").arg(provider, what, durationProse(limit));
    error.means = QStringLiteral("The change was accepted and may still be carried out.");
    error.remedy = QStringLiteral("Look at %1, then check again.").arg(provider);
    return error;
}

} // namespace switchyard::http
