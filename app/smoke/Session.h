#pragma once

#include "app/base/Clock.h"
#include "app/base/Secret.h"
#include "app/ports/Prober.h"
#include "app/smoke/Outcome.h"

#include <QJsonObject>

#include <map>

namespace switchyard::smoke {

/// Whom to check, and as whom. Addresses are pinned by the caller: name resolution is not the check's business.
struct Setup {
    Prober* prober = nullptr;
    Clock* clock = nullptr;
    QString apiHost;                     ///< "api.projectify.test"
    QString siteHost;                    ///< "www.projectify.test"; empty: none
    QStringList originHosts;             ///< hosts whose pages call the API: www and the apex
    std::map<QString, QString> addresses;///< host -> address
    QString mailUrl;                     ///< HTTP view of a mail sink; empty: mails can't be read
    QString email;
    Secret password;
};

/// One test account that walks through the checks of the story, in order: each relies on what the ones before it did (cookies, workspace).
/// The routes are those of projectify. Every request opens a new connection. Main thread.
class Session {
public:
    explicit Session(Setup setup);
    /// Runs one check. A failed check is an outcome, not an error. Errors: Cancelled.
    [[nodiscard]] Task<Outcome> run(QString id, std::stop_token stop);
    [[nodiscard]] const HeaderGrade& headers() const { return m_headers; }
    /// The test account and objects made, for the list of what is left behind.
    [[nodiscard]] QStringList leftBehind() const { return m_left; }

private:
    struct Reply {
        int status = 0;
        QByteArray body;
        QString problem;
        Milliseconds took{0};
        QByteArray allowOrigin;
        [[nodiscard]] QJsonObject json() const;
    };
    struct Call {
        QByteArray method = "GET";
        QString path;
        QJsonObject json;
        QByteArray body;
        QByteArray type;
        QString origin;      ///< host of the page that calls
        bool token = true;   ///< send the CSRF token
        QString host;        ///< empty: the API
    };
    [[nodiscard]] Task<Reply> send(Call call, Outcome* out, std::stop_token stop);
    [[nodiscard]] Task<> ensureToken(Outcome* out, std::stop_token stop);
    [[nodiscard]] Task<bool> signUp(Outcome* out, std::stop_token stop);
    [[nodiscard]] Task<bool> confirmMail(Outcome* out, std::stop_token stop);
    [[nodiscard]] Task<bool> logIn(Outcome* out, std::stop_token stop);
    [[nodiscard]] Task<bool> onboarding(Outcome* out, std::stop_token stop);
    [[nodiscard]] Task<bool> csrf(Outcome* out, std::stop_token stop);
    [[nodiscard]] Task<bool> cors(Outcome* out, std::stop_token stop);
    [[nodiscard]] Task<bool> webSocket(int windows, Outcome* out, std::stop_token stop);
    [[nodiscard]] Task<bool> logOutIn(Outcome* out, std::stop_token stop);
    [[nodiscard]] Task<bool> upload(Outcome* out, std::stop_token stop);
    [[nodiscard]] Task<bool> securityHeaders(Outcome* out, std::stop_token stop);
    /// Notes status and, unless it is the wanted one, the failure.
    bool expect(Outcome* out, const Reply& reply, int wanted, const QString& what, const QString& origin = {});
    [[nodiscard]] QString firstOrigin() const { return m_setup.originHosts.isEmpty() ? m_setup.apiHost : m_setup.originHosts.front(); }
    [[nodiscard]] static QString counted(const QStringList& hosts);
    [[nodiscard]] QByteArray cookies() const;
    void takeCookies(const std::vector<HttpHeader>& headers);

    Setup m_setup;
    std::map<QByteArray, QByteArray> m_cookies;
    QString m_workspace;
    HeaderGrade m_headers;
    QStringList m_left;
    bool m_signedUp = false;
    bool m_confirmed = false;
    bool m_loggedIn = false;
};

} // namespace switchyard::smoke
