// Which process of which machine wrote a file, told by numbers in the file's name. Any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace rbm {

/// A name for this machine, of 8 characters: process numbers mean something on one machine only, and folders may be
/// shared between machines.
const std::string& this_machine();

/// True once no process of this machine has the number, or one that began after this moment (seconds since 1970),
/// which therefore is another one. False where that cannot be told.
bool has_died(pid_t process, std::int64_t lived_at_s);
bool has_died(pid_t process);

}  // namespace rbm
