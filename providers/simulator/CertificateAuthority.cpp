#include "providers/simulator/CertificateAuthority.h"

#include <QDir>
#include <QFile>
#include <QHostAddress>
#include <QSaveFile>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace switchyard::simulator {

namespace ca {

template<auto Free>
struct Freed {
    template<typename T>
    void operator()(T* object) const { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

} // namespace ca

namespace {

using ca::Bio;
using ca::Certificate;
using ca::Key;

Error sslError(const QString& what)
{
    char text[256] = "";
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    ERR_clear_error();
    return Error::internal(what + QStringLiteral(": ") + QString::fromLatin1(text));
}

Error storageError(const QString& file, const QString& why)
{
    Error error = Error::internal(file + QStringLiteral(": ") + why);
    error.kind = ErrorKind::Storage;
    error.happened = QStringLiteral("The rehearsal's certificate authority could not be stored.");
    error.means = QStringLiteral("The rehearsed world can't make certificates.");
    error.remedy = QStringLiteral("Check that the run's folder is writable and the disk is not full.");
    return error;
}

QByteArray take(BIO* bio)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return QByteArray(data, size);
}

QByteArray pemOf(X509* certificate)
{
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    return take(bio.get());
}

/// SEC1 form: QSslKey 6.4 takes no PKCS#8 for elliptic curves.
QByteArray pemOf(EVP_PKEY* key)
{
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey_traditional(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return take(bio.get());
}

bool addExtension(X509* certificate, X509* issuer, int nid, const QByteArray& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509V3_set_ctx_nodb(&context);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.constData());
    const bool good = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return good;
}

bool setTime(ASN1_TIME* field, TimePoint time)
{
    return ASN1_TIME_set(field, time_t(std::chrono::floor<Seconds>(time).time_since_epoch().count())) != nullptr;
}

/// A certificate with everything but extensions and signature.
Certificate blank(EVP_PKEY* key, const QByteArray& commonName, TimePoint notBefore, TimePoint notAfter)
{
    Certificate certificate(X509_new());
    unsigned char serial[16];
    RAND_bytes(serial, sizeof serial);
    serial[0] = (serial[0] & 0x7f) | 0x01; // positive and never zero
    BIGNUM* number = BN_bin2bn(serial, sizeof serial, nullptr);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.get()));
    BN_free(number);
    X509_set_version(certificate.get(), 2);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(commonName.left(64).constData()), -1, -1, 0);
    if (!setTime(X509_getm_notBefore(certificate.get()), notBefore) || !setTime(X509_getm_notAfter(certificate.get()), notAfter))
        return {};
    return certificate;
}

Result<> store(const QString& file, const QByteArray& text)
{
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly))
        return storageError(file, out.errorString());
    out.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    if (out.write(text) != text.size() || !out.commit())
        return storageError(file, out.errorString());
    return Ok{};
}

QByteArray readWhole(const QString& name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

struct CertificateAuthority::Private {
    ca::Key key;
    ca::Certificate root;
    QByteArray rootPem;
    QString rootFile;
};

CertificateAuthority::CertificateAuthority()
    : d(std::make_unique<Private>())
{
}

CertificateAuthority::~CertificateAuthority() = default;

Result<std::shared_ptr<CertificateAuthority>> CertificateAuthority::open(const QString& folder)
{
    std::shared_ptr<CertificateAuthority> authority(new CertificateAuthority);
    Private& d = *authority->d;
    const QString keyFile = folder + QStringLiteral("/ca.key");
    if (!folder.isEmpty()) {
        QDir().mkpath(folder);
        d.rootFile = folder + QStringLiteral("/ca.pem");
        const QByteArray rootPem = readWhole(d.rootFile);
        const QByteArray keyPem = readWhole(keyFile);
        const Bio rootBio(BIO_new_mem_buf(rootPem.constData(), int(rootPem.size())));
        const Bio keyBio(BIO_new_mem_buf(keyPem.constData(), int(keyPem.size())));
        d.root.reset(PEM_read_bio_X509(rootBio.get(), nullptr, nullptr, nullptr));
        d.key.reset(PEM_read_bio_PrivateKey(keyBio.get(), nullptr, nullptr, nullptr));
        ERR_clear_error();
        if (d.root && d.key && X509_check_private_key(d.root.get(), d.key.get()) == 1) {
            d.rootPem = rootPem;
            return authority;
        }
    }
    d.key.reset(EVP_EC_gen("P-256"));
    if (!d.key)
        return sslError(QStringLiteral("no key could be made"));
    // Wide limits: a rehearsal's clock may be set to any year of a story.
    const TimePoint from = fromIsoUtc(QStringLiteral("2020-01-01T00:00:00Z"));
    const TimePoint to = fromIsoUtc(QStringLiteral("2049-12-31T00:00:00Z"));
    d.root = blank(d.key.get(), "Switchyard rehearsal root", from, to);
    if (!d.root)
        return sslError(QStringLiteral("no root could be made"));
    X509_set_issuer_name(d.root.get(), X509_get_subject_name(d.root.get()));
    const bool good = addExtension(d.root.get(), d.root.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
        && addExtension(d.root.get(), d.root.get(), NID_key_usage, "critical,keyCertSign,cRLSign")
        && addExtension(d.root.get(), d.root.get(), NID_subject_key_identifier, "hash")
        && X509_sign(d.root.get(), d.key.get(), EVP_sha256()) > 0;
    if (!good)
        return sslError(QStringLiteral("the root could not be signed"));
    d.rootPem = pemOf(d.root.get());
    if (!folder.isEmpty()) { // the key first: a root without its key would be made anew
        SY_CHECK(store(keyFile, pemOf(d.key.get())));
        SY_CHECK(store(d.rootFile, d.rootPem));
    }
    return authority;
}

Result<CertificateAndKey> CertificateAuthority::issue(const QStringList& hostNames, TimePoint notBefore, TimePoint notAfter) const
{
    if (hostNames.isEmpty())
        return Error::internal(QStringLiteral("a certificate needs a name"));
    QByteArrayList names;
    for (const QString& name : hostNames) {
        const bool address = !QHostAddress(name).isNull();
        if (name.contains(u',') || name.contains(u'\n'))
            return Error::internal(QStringLiteral("not a host name: ") + name);
        names.append((address ? "IP:" : "DNS:") + name.toLatin1());
    }
    const Key key(EVP_EC_gen("P-256"));
    if (!key)
        return sslError(QStringLiteral("no key could be made"));
    const Certificate leaf = blank(key.get(), hostNames.first().toLatin1(), notBefore, notAfter);
    if (!leaf)
        return sslError(QStringLiteral("no certificate could be made"));
    X509_set_issuer_name(leaf.get(), X509_get_subject_name(d->root.get()));
    const bool good = addExtension(leaf.get(), d->root.get(), NID_basic_constraints, "critical,CA:FALSE")
        && addExtension(leaf.get(), d->root.get(), NID_key_usage, "critical,digitalSignature")
        && addExtension(leaf.get(), d->root.get(), NID_ext_key_usage, "serverAuth")
        && addExtension(leaf.get(), d->root.get(), NID_subject_key_identifier, "hash")
        && addExtension(leaf.get(), d->root.get(), NID_authority_key_identifier, "keyid")
        && addExtension(leaf.get(), d->root.get(), NID_subject_alt_name, names.join(','))
        && X509_sign(leaf.get(), d->key.get(), EVP_sha256()) > 0;
    if (!good)
        return sslError(QStringLiteral("the certificate could not be signed"));
    return CertificateAndKey{pemOf(leaf.get()) + d->rootPem, pemOf(key.get())};
}

QByteArray CertificateAuthority::rootPem() const
{
    return d->rootPem;
}

QString CertificateAuthority::rootFile() const
{
    return d->rootFile;
}

} // namespace switchyard::simulator
