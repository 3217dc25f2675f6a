// Recycled: objects that are handed out, and come back to be used again once nobody holds them any more. What is made anew
// many times a second, as large as a model, would else be asked of the system each time, page by page. Any threads may let
// go of them; one thread takes.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace rbm {

template <class T>
class Recycled {
 public:
  /// As its last holder left it, or a new one.
  std::shared_ptr<T> take() {
    std::unique_ptr<T> out = shelf_->take();
    if (!out) out = std::make_unique<T>();
    return std::shared_ptr<T>(out.release(),
                              [shelf = shelf_](T* back) { shelf->put(std::unique_ptr<T>(back)); });
  }

 private:
  /// Lives as long as the last object that is out.
  class Shelf {
   public:
    std::unique_ptr<T> take() {
      const std::scoped_lock lock(mutex_);
      if (spare_.empty()) return nullptr;
      std::unique_ptr<T> out = std::move(spare_.back());
      spare_.pop_back();
      return out;
    }
    void put(std::unique_ptr<T> back) {
      constexpr std::size_t kMostSpare = 2;
      const std::scoped_lock lock(mutex_);
      if (spare_.size() < kMostSpare) spare_.push_back(std::move(back));
    }

   private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<T>> spare_;
  };

  std::shared_ptr<Shelf> shelf_ = std::make_shared<Shelf>();
};

}  // namespace rbm
