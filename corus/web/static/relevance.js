/* Mirror of corus/questions/expression.py, for the page only: the server decides again.
   expr: nested lists; values: item code → number (rating, level, number), option code, codes
   joined by spaces, text, "dont_know", "not_concerned", or "" when unanswered. */
(function () {
  "use strict";
  var NUMBER = /^[ \t\r\n]*-?([0-9]+(\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*$/;

  function number(v) {
    return typeof v !== "string" ? Number(v) : NUMBER.test(v) ? parseFloat(v) : NaN;
  }
  function equal(a, b) {
    if (typeof a === "boolean" || typeof b === "boolean") return Boolean(a) === Boolean(b);
    if (typeof a === "string" && typeof b === "string") return a === b;
    return number(a) === number(b);
  }
  function codes(v) {
    return typeof v === "string" ? v.split(" ").filter(Boolean) : [];
  }

  var apply = {
    "=": equal,
    "!=": function (a, b) { return !equal(a, b); },
    "<": function (a, b) { return number(a) < number(b); },
    "<=": function (a, b) { return number(a) <= number(b); },
    ">": function (a, b) { return number(a) > number(b); },
    ">=": function (a, b) { return number(a) >= number(b); },
    "+": function (a, b) { return number(a) + number(b); },
    "-": function (a, b) { return number(a) - number(b); },
    "*": function (a, b) { return number(a) * number(b); },
    div: function (a, b) { return number(a) / number(b); },
    mod: function (a, b) { return number(a) % number(b); },
    and: function (a, b) { return Boolean(a) && Boolean(b); },
    or: function (a, b) { return Boolean(a) || Boolean(b); },
    neg: function (a) { return -number(a); },
    not: function (a) { return !a; },
    selected: function (v, option) { return codes(v).indexOf(option) >= 0; },
    "count-selected": function (v) { return codes(v).length; }
  };

  function value(expr, values) {
    if (!Array.isArray(expr)) return expr;
    if (expr[0] === "$") {
      return Object.prototype.hasOwnProperty.call(values, expr[1]) ? values[expr[1]] : "";
    }
    var operands = expr.slice(1).map(function (operand) { return value(operand, values); });
    var operation = apply[expr[0]];
    if (operands.length < 2) return operation(operands[0]);
    return operands.reduce(function (left, right) { return operation(left, right); });
  }

  window.corusRelevance = function (expr, values) { return Boolean(value(expr, values)); };
})();
