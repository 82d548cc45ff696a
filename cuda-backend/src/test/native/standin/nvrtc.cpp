// Stand-in libnvrtc.so.13: what it makes of a source is the source itself behind its options, for
// the stand-in driver to find the kernels of the shim by. It refuses what a test orders it to.
#include <dlfcn.h>

#include <cstring>
#include <string>
#include <vector>

#include "standin.h"

namespace {
enum { NVRTC_SUCCESS = 0, INVALID_INPUT = 3, INVALID_OPTION = 5, COMPILATION = 6, BUILTINS = 7 };

struct Program {
  std::string source, name, image, log;
};

std::string orderedLog;
int64_t compilations;

bool isKnown(const std::string& option) {
  for (const char* known :
       {"--gpu-architecture=sm_", "--std=c++", "-D", "--generate-line-info", "--ptxas-options=",
        "--device-as-default-execution-space", "--fmad=", "--diag-suppress="}) {
    if (option.compare(0, strlen(known), known) == 0) return true;
  }
  return false;
}
}  // namespace

// The next compilation fails with this to say.
API standin_refuse(const char* log) {
  orderedLog = log;
  return 0;
}

EXPORTED int64_t standin_compilations() { return compilations; }

// None that there is: what it makes must never be taken for a real compiler's.
API nvrtcVersion(int* major, int* minor) {
  *major = 13;
  *minor = 999;
  return NVRTC_SUCCESS;
}

EXPORTED const char* nvrtcGetErrorString(int status) {
  switch (status) {
    case NVRTC_SUCCESS: return "NVRTC_SUCCESS";
    case INVALID_OPTION: return "NVRTC_ERROR_INVALID_OPTION";
    case COMPILATION: return "NVRTC_ERROR_COMPILATION";
    case BUILTINS: return "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE";
    default: return "NVRTC_ERROR unknown";
  }
}

API nvrtcCreateProgram(void** program, const char* source, const char* name, int headers,
                       const char* const*, const char* const*) {
  if (headers != 0) return INVALID_INPUT;
  *program = new Program{source, name, "", ""};
  return NVRTC_SUCCESS;
}

API nvrtcDestroyProgram(void** program) {
  delete static_cast<Program*>(*program);
  *program = nullptr;
  return NVRTC_SUCCESS;
}

API nvrtcCompileProgram(void* handle, int number, const char* const* options) {
  Program* program = static_cast<Program*>(handle);
  compilations++;
  // As the real one does, which has no search path of its own.
  if (dlopen("libnvrtc-builtins.so.13.0", RTLD_NOW) == nullptr) return BUILTINS;
  std::string image = "STAND-IN\n";
  for (int i = 0; i < number; i++) {
    if (!isKnown(options[i])) {
      program->log = std::string("nvrtc: error: unrecognized option ") + options[i] + " found";
      return INVALID_OPTION;
    }
    image += std::string(options[i]) + "\n";
  }
  if (!orderedLog.empty()) {
    program->log = orderedLog;
    orderedLog.clear();
    return COMPILATION;
  }
  program->image = image + program->source;
  return NVRTC_SUCCESS;
}

API nvrtcGetProgramLogSize(void* program, size_t* bytes) {
  *bytes = static_cast<Program*>(program)->log.size() + 1;
  return NVRTC_SUCCESS;
}

API nvrtcGetProgramLog(void* handle, char* log) {
  Program* program = static_cast<Program*>(handle);
  memcpy(log, program->log.c_str(), program->log.size() + 1);
  return NVRTC_SUCCESS;
}

API nvrtcGetCUBINSize(void* program, size_t* bytes) {
  *bytes = static_cast<Program*>(program)->image.size() + 1;
  return NVRTC_SUCCESS;
}

API nvrtcGetCUBIN(void* handle, char* image) {
  Program* program = static_cast<Program*>(handle);
  memcpy(image, program->image.c_str(), program->image.size() + 1);
  return NVRTC_SUCCESS;
}
