#pragma once

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>

namespace switchyard::simulator {

/// One resource record. `name` is absolute, lower case, with trailing dot. `data` is in presentation format with absolute host names ("10
/// mx.example.org."); for TXT it is the plain text without quotes, of any length.
struct ResourceRecord {
    QString name;
    QString type;
    quint32 ttl = 0;      ///< seconds
    QString data;
    friend bool operator==(const ResourceRecord&, const ResourceRecord&) = default;
};

struct DnsQuestion {
    QString name;         ///< absolute, lower case, trailing dot
    QString type;         ///< "A", "CAA", "TYPE65"
    bool tcp = false;
    bool recursionDesired = false;
};

/// Codes of RFC 1035 that the kit uses.
enum class DnsRcode { NoError = 0, FormErr = 1, ServFail = 2, NxDomain = 3, NotImp = 4, Refused = 5 };

struct DnsReply {
    DnsRcode rcode = DnsRcode::NoError;
    bool aa = false;              ///< authoritative answer
    bool ra = false;              ///< recursion available
    QList<ResourceRecord> answers;
    QList<ResourceRecord> authority;
    bool drop = false;            ///< no answer at all: the client times out
};

using DnsHandler = std::function<DnsReply(const DnsQuestion&)>;
using AsyncDnsHandler = std::function<void(DnsQuestion, std::function<void(DnsReply)>)>;

/// DNS server on 127.0.0.1, UDP and TCP on the same port. Answers that don't fit the client's UDP size (512 bytes, or what its EDNS says)
/// are truncated with TC, and the client comes back over TCP. Broken packets get FORMERR or nothing. Main thread.
class DnsServer final : public QObject {
public:
    explicit DnsServer(QObject* parent = nullptr);
    ~DnsServer() override;

    void setHandler(DnsHandler handler);
    void setAsyncHandler(AsyncDnsHandler handler);
    bool listen(quint16 port = 0);
    void close();
    [[nodiscard]] quint16 port() const;
    /// Queries seen since the start.
    [[nodiscard]] qint64 queryCount() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace switchyard::simulator
