#pragma once

#include <QByteArray>

#include <optional>

namespace switchyard::world {

/// A picture of 8-bit RGB pixels. Qt Core knows no pictures and the world has no window, so the little that a thumbnail needs is here.
struct Picture {
    int width = 0;
    int height = 0;
    QByteArray pixels;   ///< 3 bytes each, row by row

    /// Reads PPM (P6) and PNG (8 bits, grey, RGB or RGBA, not interlaced); nothing for anything else. At most 4096 x 4096.
    [[nodiscard]] static std::optional<Picture> read(const QByteArray& file);
    [[nodiscard]] QByteArray toPng() const;
    /// Scaled down by averaging so that neither side is longer than `side`.
    [[nodiscard]] Picture thumbnail(int side) const;
};

} // namespace switchyard::world
