#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace switchyard::simulator {

class Router;

struct MailMessage {
    QString id;
    QString from;         ///< envelope
    QStringList to;       ///< envelope
    QString subject;      ///< decoded
    QString text;         ///< decoded text/plain part; the body itself without MIME
    QByteArray raw;
};

/// Takes every mail and keeps it in memory, newest last. ESMTP without TLS; any AUTH PLAIN or LOGIN is accepted. Main thread.
class SmtpSink final : public QObject {
    Q_OBJECT
public:
    explicit SmtpSink(QObject* parent = nullptr);
    ~SmtpSink() override;
    bool listen(quint16 port = 0);
    [[nodiscard]] quint16 port() const;
    [[nodiscard]] const std::vector<MailMessage>& messages() const;
    void clear();
    /// Answers the next mails at RCPT with 550, while on.
    void setRefusing(bool on);
    /// `GET {prefix}/messages?to=` -> [{id,from,to[],subject,text}]; `DELETE {prefix}/messages` empties the sink.
    void mount(Router& router, const QString& prefix = {});

Q_SIGNALS:
    void received(const QString& id);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace switchyard::simulator
