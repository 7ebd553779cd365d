#pragma once

#include "app/cutover/RunState.h"
#include "app/dns/Readiness.h"
#include "app/plan/Plan.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"
#include "widgets/parts/Tracks.h"

#include <memory>

namespace switchyard::ui {

/// An icon and a word in one colour: "Valid to 13 Jun".
class StatusWord final : public QWidget {
    Q_OBJECT
public:
    explicit StatusWord(QWidget* parent = nullptr);
    void setWord(const QString& icon, Role role, const QString& text);
    [[nodiscard]] QString text() const { return m_text->plainText(); }

private:
    IconLabel* m_icon;
    TextLabel* m_text;
};

/// The steps of a host's certificate as far as anybody tells them. Pure.
[[nodiscard]] std::vector<CertificateSteps::Step> certificateSteps(const cutover::HostView& host, bool switched, std::optional<TimePoint> waitsSince, TimePoint now);
/// What the strip shows of an answer, and its tooltip.
[[nodiscard]] ProbeStrip::Sample stripSample(const cutover::ProbeSample& sample);

/// What must hold before the names may be switched.
class ReadyCard final : public Card {
    Q_OBJECT
public:
    explicit ReadyCard(QWidget* parent = nullptr);
    void setLines(const std::vector<dns::ReadyLine>& lines);

private:
    struct Line {
        QWidget* box;
        IconLabel* icon;
        TextLabel* title;
        TextLabel* text;
    };
    std::vector<Line> m_lines;
    StatusWord* m_sum;
};

/// Steps of every host's certificate.
class CertificateCard final : public Card {
    Q_OBJECT
public:
    explicit CertificateCard(QWidget* parent = nullptr);
    void setState(const cutover::RunState& state, TimePoint now);

private:
    struct Block {
        QWidget* box;
        TextLabel* name;
        StatusWord* status;
        CertificateSteps* steps;
        TextLabel* note;
    };
    std::vector<Block> m_blocks;
    StatusWord* m_sum;
};

/// Who really answers: the probe strip of every host.
class ProbeCard final : public Card {
    Q_OBJECT
public:
    explicit ProbeCard(QWidget* parent = nullptr);
    void setState(const cutover::RunState& state, const plan::Plan& plan);

Q_SIGNALS:
    void logWanted();

private:
    struct Block {
        QWidget* box;
        HealthLight* light;
        TextLabel* name;
        MonogramTile* tile;
        TextLabel* answer;
        ProbeStrip* strip;
    };
    std::vector<Block> m_blocks;
    QVBoxLayout* m_list;
};

} // namespace switchyard::ui
