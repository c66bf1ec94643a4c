#pragma once

#include <cstdint>
#include <string>

namespace longview {

/// "AMD EPYC 7763, 2 cores": names the machine beside a measured figure.
std::string machine_name();
/// Memory the system could still give, in bytes (MemAvailable); 1 GB where it does not say.
std::uint64_t available_memory();
/// Most memory this process has had resident, in bytes; 0 where the system does not say.
std::uint64_t peak_memory();

/// "0.1.0".
std::string program_version();
/// Abbreviated commit the program was built from; "unknown" outside a checkout.
std::string program_commit();

} // namespace longview
