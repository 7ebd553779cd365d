#include "widgets/theme/Theme.h"

#include <array>

namespace switchyard::ui {

namespace {

struct Token {
    const char* name;
    QRgb dark;
    QRgb light;
};

// The order is that of Role. The only colours in the program.
constexpr std::array<Token, kTokenCount> kTokens{{
    {"canvas", 0xFF0D1013, 0xFFE9ECEF},
    {"panel", 0xFF14181C, 0xFFFFFFFF},
    {"raised", 0xFF1B2025, 0xFFF6F7F9},
    {"hover", 0xFF222930, 0xFFEDF1F4},
    {"selected", 0xFF24303D, 0xFFDCE8F7},
    {"inset", 0xFF090B0E, 0xFFF2F4F6},
    {"line.soft", 0xFF20262C, 0xFFE4E8EB},
    {"line", 0xFF2E363E, 0xFFD0D6DC},
    {"line.control", 0xFF66737F, 0xFF7C8894},
    {"track", 0xFF3A444E, 0xFFB7C0C8},
    {"text.1", 0xFFE9EDF0, 0xFF14191E},
    {"text.2", 0xFFAEB8C2, 0xFF454F59},
    {"text.3", 0xFF8F9BA8, 0xFF596470},
    {"text.disabled", 0xFF5C6772, 0xFF97A1AB},
    {"source", 0xFFD0A2F7, 0xFF7B2FB5},
    {"target", 0xFF4FCBE0, 0xFF0A6A7C},
    {"ok", 0xFF55C98F, 0xFF17703F},
    {"ok.dim", 0xFF35735A, 0xFF5F9E7E},
    {"warn", 0xFFF0C04C, 0xFF7F5200},
    {"warn.fill", 0xFFF0C04C, 0xFFB87A00},
    {"danger", 0xFFFF7670, 0xFFBD2A2A},
    {"rehearsal", 0xFF6C9CFF, 0xFF2456C8},
    {"live", 0xFFFF8A3D, 0xFFA83D00},
    {"pnr", 0xFFF878BB, 0xFFA81B6E},
    {"focus", 0xFFA9CBFF, 0xFF1C5CCB},
    {"live.fill", 0xFFFF8A3D, 0xFFC24700},
    {"live.fill.text", 0xFF1D0C00, 0xFFFFFFFF},
    {"rehearsal.fill", 0xFF6C9CFF, 0xFF2456C8},
    {"rehearsal.fill.text", 0xFF06122E, 0xFFFFFFFF},
    {"pnr.fill", 0xFFF878BB, 0xFFA81B6E},
    {"pnr.fill.text", 0xFF2A0418, 0xFFFFFFFF},
    {"danger.fill", 0xFFFF7670, 0xFFBD2A2A},
    {"danger.fill.text", 0xFF2B0504, 0xFFFFFFFF},
}};

Role resolve(Role role, RunMode mode)
{
    const bool live = mode == RunMode::Live;
    switch (role) {
    case Role::Mode: return live ? Role::Live : Role::Rehearsal;
    case Role::ModeFill: return live ? Role::LiveFill : Role::RehearsalFill;
    case Role::ModeFillText: return live ? Role::LiveFillText : Role::RehearsalFillText;
    default: return role;
    }
}

} // namespace

QColor tokenColor(Role role, Ground ground, RunMode mode)
{
    const Token& token = kTokens[static_cast<std::size_t>(resolve(role, mode))];
    return QColor::fromRgb(ground == Ground::Dark ? token.dark : token.light);
}

const char* roleName(Role role)
{
    switch (role) {
    case Role::Mode: return "mode";
    case Role::ModeFill: return "mode.fill";
    case Role::ModeFillText: return "mode.fill.text";
    default: return kTokens[static_cast<std::size_t>(role)].name;
    }
}

} // namespace switchyard::ui
