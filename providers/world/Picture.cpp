#include "providers/world/Picture.h"

#include <QtEndian>

#include <array>
#include <cstdlib>

namespace switchyard::world {

namespace {
constexpr int longest = 4096;

quint32 pngCrc(const QByteArray& bytes)
{
    quint32 crc = 0xffffffffu;
    for (const char byte : bytes) {
        crc ^= static_cast<quint8>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) ? 0xedb88320u : 0u);
    }
    return ~crc;
}

QByteArray bigEndian(quint32 value)
{
    QByteArray bytes(4, '\0');
    qToBigEndian(value, bytes.data());
    return bytes;
}

QByteArray pngChunk(const QByteArray& type, const QByteArray& data)
{
    const QByteArray body = type + data;
    return bigEndian(static_cast<quint32>(data.size())) + body + bigEndian(pngCrc(body));
}

std::optional<Picture> readPpm(const QByteArray& file)
{
    // "P6 <width> <height> 255" and one white space.
    QList<int> numbers;
    int at = 2;
    while (numbers.size() < 3 && at < file.size()) {
        while (at < file.size() && isspace(static_cast<unsigned char>(file[at])))
            ++at;
        int number = 0;
        while (at < file.size() && isdigit(static_cast<unsigned char>(file[at])) && number <= longest)
            number = number * 10 + (file[at++] - '0');
        if (at < file.size() && !isspace(static_cast<unsigned char>(file[at])))
            return std::nullopt;
        numbers << number;
    }
    if (numbers.size() < 3 || numbers[0] < 1 || numbers[1] < 1 || numbers[0] > longest || numbers[1] > longest || numbers[2] != 255)
        return std::nullopt;
    const qsizetype size = qsizetype(3) * numbers[0] * numbers[1];
    const QByteArray pixels = file.mid(at + 1, size);
    return pixels.size() == size ? std::optional(Picture{numbers[0], numbers[1], pixels}) : std::nullopt;
}

std::optional<Picture> readPng(const QByteArray& file)
{
    Picture picture;
    int channels = 0;
    QByteArray packed;
    for (qsizetype at = 8; at + 12 <= file.size();) {
        const auto size = qFromBigEndian<quint32>(file.constData() + at);
        const QByteArray type = file.mid(at + 4, 4);
        if (size > static_cast<quint32>(file.size() - at - 12))
            return std::nullopt;
        const QByteArray data = file.mid(at + 8, static_cast<qsizetype>(size));
        if (type == "IHDR") {
            if (size != 13 || data[8] != 8 || data[12] != 0)
                return std::nullopt;
            picture.width = qFromBigEndian<qint32>(data.constData());
            picture.height = qFromBigEndian<qint32>(data.constData() + 4);
            channels = data[9] == 0 ? 1 : data[9] == 2 ? 3 : data[9] == 6 ? 4 : 0;
        } else if (type == "IDAT") {
            packed += data;
        } else if (type == "IEND") {
            break;
        }
        at += 12 + static_cast<qsizetype>(size);
    }
    if (channels == 0 || picture.width < 1 || picture.height < 1 || picture.width > longest || picture.height > longest)
        return std::nullopt;
    const qsizetype stride = qsizetype(picture.width) * channels;
    const qsizetype whole = (stride + 1) * picture.height;
    QByteArray raw = qUncompress(bigEndian(static_cast<quint32>(whole)) + packed);
    if (raw.size() != whole)
        return std::nullopt;
    picture.pixels.resize(qsizetype(3) * picture.width * picture.height);
    auto* bytes = reinterpret_cast<quint8*>(raw.data());
    for (int y = 0; y < picture.height; ++y) {
        quint8* row = bytes + y * (stride + 1) + 1;
        const quint8* above = y > 0 ? row - (stride + 1) : nullptr;
        const quint8 filter = row[-1];
        for (qsizetype x = 0; x < stride; ++x) {
            const int a = x >= channels ? row[x - channels] : 0;
            const int b = above ? above[x] : 0;
            const int c = above && x >= channels ? above[x - channels] : 0;
            int predicted = 0;
            if (filter == 1)
                predicted = a;
            else if (filter == 2)
                predicted = b;
            else if (filter == 3)
                predicted = (a + b) / 2;
            else if (filter == 4) {
                const int p = a + b - c;
                const int pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
                predicted = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
            }
            row[x] = static_cast<quint8>(row[x] + predicted);
        }
        for (int x = 0; x < picture.width; ++x) {
            for (int k = 0; k < 3; ++k)
                picture.pixels[(qsizetype(y) * picture.width + x) * 3 + k] = static_cast<char>(row[qsizetype(x) * channels + (channels == 1 ? 0 : k)]);
        }
    }
    return picture;
}
} // namespace

std::optional<Picture> Picture::read(const QByteArray& file)
{
    if (file.startsWith("P6"))
        return readPpm(file);
    if (file.startsWith("\x89PNG\r\n\x1a\n"))
        return readPng(file);
    return std::nullopt;
}

QByteArray Picture::toPng() const
{
    QByteArray raw;
    for (int y = 0; y < height; ++y)
        raw += QByteArray(1, '\0') + pixels.mid(qsizetype(y) * width * 3, qsizetype(width) * 3);
    const QByteArray header = bigEndian(static_cast<quint32>(width)) + bigEndian(static_cast<quint32>(height)) + QByteArray("\x08\x02\x00\x00\x00", 5);
    return QByteArray("\x89PNG\r\n\x1a\n", 8) + pngChunk("IHDR", header) + pngChunk("IDAT", qCompress(raw).mid(4)) + pngChunk("IEND", {});
}

Picture Picture::thumbnail(int side) const
{
    const int step = std::max(1, (std::max(width, height) + side - 1) / side);
    Picture small{std::max(1, width / step), std::max(1, height / step), {}};
    small.pixels.reserve(qsizetype(3) * small.width * small.height);
    for (int y = 0; y < small.height; ++y) {
        for (int x = 0; x < small.width; ++x) {
            std::array<int, 3> sum{};
            int count = 0;
            for (int dy = 0; dy < step && y * step + dy < height; ++dy) {
                for (int dx = 0; dx < step && x * step + dx < width; ++dx, ++count) {
                    for (size_t k = 0; k < 3; ++k)
                        sum[k] += static_cast<quint8>(pixels[(qsizetype(y * step + dy) * width + x * step + dx) * 3 + static_cast<qsizetype>(k)]);
                }
            }
            for (const int part : sum)
                small.pixels += static_cast<char>(part / std::max(1, count));
        }
    }
    return small;
}

} // namespace switchyard::world
