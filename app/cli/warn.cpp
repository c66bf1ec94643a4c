#include "base/log.h"
#include "base/plain_text.h"
#include "command.h"

namespace longview::cli {

void warn(const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) // a dataset may be called anything
    log::warning("{}", plain_line(sentence));
}

} // namespace longview::cli
