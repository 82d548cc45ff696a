// What the presets' native code needs to be there to load, and the backend does not call: compiled
// as libcudart.so.13, libcublas.so.13 and libnvrtc-builtins.so.13.0.
extern "C" __attribute__((visibility("default"))) int standin_stub() { return 0; }
