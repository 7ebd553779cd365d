#pragma once

#include "widgets/parts/PaintedWidget.h"

#include <vector>

class QTimer;

namespace switchyard::ui {

/// Shape and colour of a service's state. Its name is the word. The working light steps a quarter turn each 500 ms while visible.
class HealthLight : public PaintedWidget {
    Q_OBJECT
public:
    explicit HealthLight(Health health = Health::Unknown, int size = 10, QWidget* parent = nullptr);
    void setHealth(Health health);
    [[nodiscard]] Health health() const { return m_health; }
    [[nodiscard]] QSize sizeHint() const override { return {m_size + 2, m_size + 2}; }
    [[nodiscard]] QString spokenValue() const override { return healthName(m_health); }
    [[nodiscard]] QString spokenName() const override { return healthName(m_health); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void timerEvent(QTimerEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void tick();
    Health m_health;
    int m_size;
    int m_turn = 0;
    int m_timer = 0;
};

/// Two letters for a provider or a person.
class MonogramTile : public PaintedWidget {
    Q_OBJECT
public:
    explicit MonogramTile(const QString& letters, const QString& name, int size = 24, SideTone side = SideTone::None, QWidget* parent = nullptr);
    void setTile(const QString& letters, const QString& name, SideTone side);
    [[nodiscard]] QSize sizeHint() const override { return {m_size, m_size}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_letters;
    int m_size;
    SideTone m_side;
};

/// Light and word in a bordered pill, 24 high.
class StatusPill : public PaintedWidget {
    Q_OBJECT
public:
    StatusPill(Health health, const QString& text, QWidget* parent = nullptr);
    void setState(Health health, const QString& text);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QString spokenName() const override { return m_text; }
    [[nodiscard]] QString spokenValue() const override { return healthName(m_health); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Health m_health;
    QString m_text;
};

/// A word on a tint, 20 high.
class Chip : public PaintedWidget {
    Q_OBJECT
public:
    explicit Chip(const QString& text, ChipTone tone = ChipTone::Neutral, const QString& icon = {}, QWidget* parent = nullptr);
    void setChip(const QString& text, ChipTone tone, const QString& icon = {});
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::StaticText; }
    [[nodiscard]] QString spokenName() const override { return m_text; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
    ChipTone m_tone;
    QString m_icon;
};

/// The chip of a compared setting; its tooltip says the reason.
class VerdictChip : public PaintedWidget {
    Q_OBJECT
public:
    explicit VerdictChip(Verdict verdict, const QString& reason = {}, QWidget* parent = nullptr);
    void setVerdict(Verdict verdict, const QString& reason);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QString spokenName() const override { return verdictWord(m_verdict); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Verdict m_verdict;
};

/// A key, as in "Ctrl K".
class KeyCap : public PaintedWidget {
    Q_OBJECT
public:
    explicit KeyCap(const QString& keys, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QString spokenName() const override { return m_keys; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_keys;
};

/// An icon in a role; give it a name or leave it decorative.
class IconLabel : public PaintedWidget {
    Q_OBJECT
public:
    explicit IconLabel(const QString& icon, Role role = Role::Text2, int size = 16, QWidget* parent = nullptr);
    void setIcon(const QString& icon, Role role);
    [[nodiscard]] QSize sizeHint() const override { return {m_size, m_size}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_icon;
    Role m_role;
    int m_size;
};

/// A bar of one or more joined segments. A total that isn't known shows no bar.
class ProgressBar : public PaintedWidget {
    Q_OBJECT
public:
    explicit ProgressBar(QWidget* parent = nullptr, int height = 6);
    enum class Look { Running, Done, Stopped, Waiting, Calm };
    void setShare(double share, Look look = Look::Running);
    /// Pre-seed, delta, verify of a copy: widths 5, 2, 4.
    void setCopy(double preseed, double delta, double verify, int running);
    [[nodiscard]] double share() const;
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::ProgressBar; }
    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] QSize sizeHint() const override { return {75, qMax(16, m_height + 2)}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Part {
        double parts;
        double share;
        Look look;
    };
    std::vector<Part> m_parts{{1, 0, Look::Running}};
    int m_height;
};
[[nodiscard]] QColor progressColor(ProgressBar::Look look);
/// Floored: 99.98 is "99 %"; "100 %" only when complete.
[[nodiscard]] QString percentText(double share);

/// A line over its area; gaps (NaN) where there was no sample. Zero-based.
class Sparkline : public PaintedWidget {
    Q_OBJECT
public:
    explicit Sparkline(QWidget* parent = nullptr);
    void setSamples(const std::vector<double>& samples);
    void setRole(Role role);
    [[nodiscard]] QSize sizeHint() const override { return {72, 24}; }
    [[nodiscard]] QString spokenValue() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<double> m_samples;
    Role m_role = Role::Text3;
};

/// Clock: a caption, a figure in mono, and a bar for what is used of a budget.
class ClockView : public PaintedWidget {
    Q_OBJECT
public:
    explicit ClockView(QWidget* parent = nullptr);
    struct Content {
        QString caption;      ///< "Downtime · all hosts"
        QString captionMark;  ///< part after the dot in its own colour: "4 min early"
        Role markRole = Role::Text3;
        QString value;        ///< empty: --:--
        Role valueRole = Role::Text1;
        QString unit;         ///< "of 15:00", "UTC"
        double share = -1;    ///< below zero: no bar
        Role barRole = Role::Text1;
        QString below;        ///< instead of a bar: "Safe return until 23:02"
        QString spoken;       ///< in words
    };
    void setContent(const Content& content);
    [[nodiscard]] const Content& content() const { return m_content; }
    [[nodiscard]] QSize sizeHint() const override { return {120, 56}; }
    [[nodiscard]] QString spokenName() const override { return m_content.spoken.isEmpty() ? m_content.caption + u' ' + m_content.value : m_content.spoken; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Content m_content;
};

/// 80 % and over budget, in one place: text.1, warn, danger.
[[nodiscard]] Role budgetRole(double share);

} // namespace switchyard::ui
