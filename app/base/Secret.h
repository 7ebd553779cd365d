#pragma once

#include <QByteArray>
#include <QString>

namespace switchyard {

/// A value that must not be seen: a token, a password, a connection string, a setting. It can't be printed, formatted, logged or put
/// into a QVariant; `reveal()` is the one way to the bytes and every call of it is a place to review. The buffer is wiped on release.
class Secret {
public:
    Secret() = default;
    explicit Secret(QByteArray value);
    explicit Secret(const QString& value);
    ~Secret();
    Secret(const Secret&);
    Secret(Secret&&) noexcept;
    Secret& operator=(const Secret&);
    Secret& operator=(Secret&&) noexcept;

    [[nodiscard]] const QByteArray& reveal() const { return m_value; }
    [[nodiscard]] QString revealText() const { return QString::fromUtf8(m_value); }
    [[nodiscard]] bool isEmpty() const { return m_value.isEmpty(); }
    /// Length in characters, not bytes.
    [[nodiscard]] int length() const;
    /// First 4 hex digits of an HMAC-SHA-256 under a key made for this process: equal values compare equal, nothing can be looked up.
    [[nodiscard]] QString fingerprint() const;

    friend bool operator==(const Secret& a, const Secret& b) { return a.m_value == b.m_value; }

private:
    void wipe();
    QByteArray m_value;
};

} // namespace switchyard
