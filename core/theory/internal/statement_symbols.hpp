#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "sid/theory/statement.hpp"

namespace sid::internal {

/// Every symbol that statements use, with today's value.
class SymbolTable {
 public:
  SymbolTable(const StatementContext& context, const MethodTheory& theory);

  /// These symbols, in this order, and after them all that they are computed from.
  std::vector<StatementSymbol> with_dependencies(
      std::initializer_list<std::string_view> symbols) const;
  double value(std::string_view symbol) const;

 private:
  const StatementSymbol& at(std::string_view symbol) const;

  std::vector<StatementSymbol> all_;
};

}  // namespace sid::internal
