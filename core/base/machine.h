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
/// Memory this process has resident now, in bytes; 0 where the system does not say.
std::uint64_t resident_memory();
/// peak_memory() counts from here on. Does nothing where the system has no such request.
void restart_peak_memory();
/// Lets the threads of GNU OpenMP, which share the products, sleep soon while they wait for each other. Left to itself
/// it spins for milliseconds, and two programs that score at once slow each other to a fifth (performance.md). A
/// setting of the user's stays. First thing in main(), with its `argv`: libgomp reads the environment when it is
/// loaded, and where a library of the program has brought it in already (Qt's do) the program is started again in its
/// place.
void let_threads_sleep(char** argv);

/// "0.1.0".
std::string program_version();
/// Abbreviated commit the program was built from; "unknown" outside a checkout.
std::string program_commit();

} // namespace longview
