#include "app/cli/Terminal.h"

#include "app/base/Redactor.h"

#include <cstdio>
#include <iostream>
#include <string>
#include <unistd.h>

namespace switchyard::cli {

namespace {
void write(std::FILE* stream, const QString& line)
{
    const QByteArray bytes = Redactor::instance().redact(line).toUtf8() + '\n';
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stream);
    std::fflush(stream);
}
} // namespace

void out(const QString& line) { write(stdout, line); }
void err(const QString& line) { write(stderr, line); }

void err(const Error& error)
{
    for (const QString& sentence : {error.happened, error.means, error.remedy}) {
        if (!sentence.isEmpty())
            err(sentence);
    }
}

void outRaw(const QByteArray& text)
{
    const QByteArray bytes = Redactor::instance().redact(QString::fromUtf8(text)).toUtf8();
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stdout);
    std::fflush(stdout);
}

bool outIsTerminal() { return ::isatty(STDOUT_FILENO) == 1; }

std::optional<QString> ask(const QString& question)
{
    if (::isatty(STDIN_FILENO) != 1)
        return std::nullopt;
    std::fputs(qPrintable(question), stderr);
    std::string line;
    if (!std::getline(std::cin, line))
        return std::nullopt;
    return QString::fromStdString(line);
}

} // namespace switchyard::cli
