#pragma once

#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace longview {

/// What kind of trouble it is. The command line turns it into its exit code (architecture.md, section 8).
enum class ErrorCode {
  internal,      ///< a fault of ours
  usage,         ///< the request makes no sense: wrong option, unknown name, bad expression
  input,         ///< a file or document cannot be read as what it claims to be
  unsupported,   ///< understood, but not something this program can do
  not_found,     ///< no such file, document, dataset or run
  io,            ///< reading or writing failed: permissions, disk full
  busy,          ///< somebody else holds it
  conflict,      ///< it would overwrite or contradict what is already there
  cancelled,     ///< the user asked to stop
  out_of_memory, ///< it does not fit
};

/// Everything that goes wrong and is told to a person. `message` says what happened and what to do;
/// `context` says where (file, file:line, byte offset) and may be empty. what() is "context: message".
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, std::string message, std::string context = {});

  ErrorCode code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& context() const noexcept { return context_; }

 private:
  ErrorCode code_;
  std::string message_;
  std::string context_;
};

/// Exit status of the command line for this kind of error: 1 our own, 2 wrong use, 3 unreadable input, 130 interrupted.
int exit_status(ErrorCode code) noexcept;

} // namespace longview
