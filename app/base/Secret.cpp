#include "app/base/Secret.h"

#include <QMessageAuthenticationCode>
#include <QRandomGenerator>

#include <utility>

namespace switchyard {

namespace {
QByteArray sessionKey()
{
    static const QByteArray key = [] {
        QByteArray bytes(32, Qt::Uninitialized);
        auto* words = reinterpret_cast<quint32*>(bytes.data());
        QRandomGenerator::system()->fillRange(words, bytes.size() / static_cast<qsizetype>(sizeof(quint32)));
        return bytes;
    }();
    return key;
}
} // namespace

Secret::Secret(QByteArray value) : m_value(std::move(value)) {}
Secret::Secret(const QString& value) : m_value(value.toUtf8()) {}
Secret::Secret(const Secret&) = default;
Secret::Secret(Secret&& other) noexcept : m_value(std::exchange(other.m_value, {})) {}
Secret::~Secret() { wipe(); }

Secret& Secret::operator=(const Secret& other)
{
    if (this != &other) {
        wipe();
        m_value = other.m_value;
    }
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept
{
    if (this != &other) {
        wipe();
        m_value = std::exchange(other.m_value, {});
    }
    return *this;
}

int Secret::length() const { return static_cast<int>(QString::fromUtf8(m_value).size()); }

QString Secret::fingerprint() const
{
    const QByteArray mac = QMessageAuthenticationCode::hash(m_value, sessionKey(), QCryptographicHash::Sha256);
    return QString::fromLatin1(mac.toHex().left(4));
}

void Secret::wipe()
{
    // A shared buffer belongs to somebody else too; only the last owner may blank it.
    if (m_value.isDetached()) {
        volatile char* bytes = m_value.data();
        for (qsizetype i = 0; i < m_value.size(); ++i)
            bytes[i] = 0;
    }
    m_value.clear();
}

} // namespace switchyard
